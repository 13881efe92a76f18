namespace K8sRecorder.Dialects.Exchanges;

/// <summary>One message of a request.</summary>
/// <param name="Role"><c>system</c>, <c>developer</c>, <c>user</c>, <c>assistant</c>, <c>tool</c>, or what the agent wrote there.</param>
/// <param name="Parts">Its parts in order.</param>
public sealed record ModelMessage(string Role, IReadOnlyList<ModelPart> Parts)
{
    /// <summary>The text parts, joined by line feeds.</summary>
    public string Text => string.Join('\n', Parts.Where(p => p.Kind == ModelPartKind.Text).Select(p => p.Text));
}

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>One of the answers a model gave to one request (more than one with <c>n</c> &gt; 1).</summary>
/// <param name="Index">Its number.</param>
/// <param name="Parts">Its parts in order, streamed ones put together.</param>
/// <param name="FinishReason">Why it ended, as the API words it; null where it has not (yet).</param>
public sealed record ModelChoice(int Index, IReadOnlyList<ModelPart> Parts, string? FinishReason)
{
    /// <summary>The text parts, one behind the other.</summary>
    public string Text => string.Concat(Parts.Where(p => p.Kind == ModelPartKind.Text).Select(p => p.Text));
}

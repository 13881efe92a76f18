using System.Text.Json;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>One answer that arrives in pieces: its parts in order of their first piece, found again by key.</summary>
internal sealed class ChoiceBuilder(int index)
{
    private readonly List<PartBuilder> _parts = [];
    private readonly Dictionary<string, PartBuilder> _byKey = [];

    public int Index { get; } = index;

    public string? FinishReason { get; set; }

    public bool IsEmpty => _parts.Count == 0;

    /// <summary>The part with that key, made where it is new.</summary>
    public PartBuilder Part(string key, ModelPartKind kind)
    {
        if (_byKey.TryGetValue(key, out var part))
            return part;
        part = new(kind);
        if (_parts.Count >= ContentReader.MaxParts)
            return part;
        _byKey.Add(key, part);
        _parts.Add(part);
        return part;
    }

    /// <summary>Whether there is a part with that key.</summary>
    public bool Contains(string key) => _byKey.ContainsKey(key);

    /// <summary>Adds parts that are whole. Text goes to the end of a text part that stands last, as streams of whole parts mean it.</summary>
    public void AddContent(JsonElement content)
    {
        var parts = new List<ModelPart>();
        ContentReader.Read(content, parts);
        foreach (var part in parts)
            Add(part);
    }

    /// <inheritdoc cref="AddContent"/>
    public void Add(ModelPart part)
    {
        var isText = part.Kind is ModelPartKind.Text or ModelPartKind.Reasoning;
        if (isText && _parts.Count > 0 && _parts[^1].Kind == part.Kind)
        {
            _parts[^1].Append(part.Text);
            return;
        }

        if (_parts.Count >= ContentReader.MaxParts)
            return;
        var builder = new PartBuilder(part.Kind) { Name = part.Name, CallId = part.CallId };
        builder.Append(part.Text);
        _parts.Add(builder);
    }

    public ModelChoice Build() => new(Index, [.. _parts.Select(p => p.Build()).Where(IsSomething)], FinishReason);

    private static bool IsSomething(ModelPart part) =>
        part.Text.Length > 0 || part.Kind is not (ModelPartKind.Text or ModelPartKind.Reasoning);
}

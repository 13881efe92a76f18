namespace K8sRecorder.Policy.Model;

/// <summary>Which objects, by their labels; an empty selector matches all.</summary>
public sealed record LabelSelectorSpec
{
    /// <summary>Labels with exactly these values.</summary>
    public IReadOnlyDictionary<string, string> MatchLabels { get; init; } = new Dictionary<string, string>();

    /// <summary>Conditions, all of which must hold.</summary>
    public IReadOnlyList<LabelRequirement> MatchExpressions { get; init; } = [];
}

namespace K8sRecorder.Masking;

/// <summary>The built-in detectors, for those who check policies or write docs.</summary>
public static class DetectorCatalog
{
    /// <summary>Every built-in detector, ordered by name.</summary>
    public static IReadOnlyList<DetectorInfo> All { get; } = [];

    /// <summary>Their names.</summary>
    public static IReadOnlyCollection<string> Names { get; } = [.. All.Select(d => d.Name)];

    /// <summary>Their groups.</summary>
    public static IReadOnlyCollection<string> Groups { get; } = [.. All.Select(d => d.Group).Distinct()];

    /// <summary>Whether a name, group or glob of a policy means at least one detector.</summary>
    public static bool IsKnown(string selector) => throw new NotImplementedException(selector);
}

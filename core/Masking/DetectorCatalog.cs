using K8sRecorder.Masking.Detectors;

namespace K8sRecorder.Masking;

/// <summary>The built-in detectors, for those who check policies or write docs.</summary>
public static class DetectorCatalog
{
    /// <summary>Every built-in detector, ordered by name.</summary>
    public static IReadOnlyList<DetectorInfo> All { get; } = [.. BuiltIn.All.Select(d => d.Info).OrderBy(d => d.Name, StringComparer.Ordinal)];

    /// <summary>Their names.</summary>
    public static IReadOnlyCollection<string> Names { get; } = [.. All.Select(d => d.Name)];

    /// <summary>Their groups.</summary>
    public static IReadOnlyCollection<string> Groups { get; } = [.. All.Select(d => d.Group).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Whether a name, group or glob of a policy means at least one detector.</summary>
    public static bool IsKnown(string selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return All.Any(d => Selector.Means(selector, d));
    }
}

namespace K8sRecorder.Policy.Effective;

/// <summary>A detector of the author's own.</summary>
/// <param name="Name">Its name in recordings.</param>
/// <param name="Pattern">A regular expression that the NonBacktracking engine takes.</param>
/// <param name="MaxLength">Bytes that a match may have.</param>
public sealed record EffectiveMaskingRule(string Name, string Pattern, int MaxLength);

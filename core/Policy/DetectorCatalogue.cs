namespace K8sRecorder.Policy;

/// <summary>The detectors that a policy may name; the masking engine knows them, this project does not.</summary>
/// <param name="Names">Names of detectors.</param>
/// <param name="Groups">Names of groups.</param>
public sealed record DetectorCatalogue(IReadOnlyCollection<string> Names, IReadOnlyCollection<string> Groups);

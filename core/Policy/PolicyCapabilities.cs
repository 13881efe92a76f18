namespace K8sRecorder.Policy;

/// <summary>
/// The fields that a build enforces, by path (<c>spec.targets[].listen</c>), some only with certain values
/// (<c>spec.targets[].protocol=HTTP|TCP</c>). A field that is not named is refused: what nobody thought of is not enforced.
/// </summary>
/// <param name="Fields">The fields; a path also stands for everything below it.</param>
public sealed record PolicyCapabilities(IReadOnlyList<string> Fields)
{
    /// <summary>What the sidecar of this build enforces when it is run by hand.</summary>
    public static PolicyCapabilities ByHand { get; } = new([]);
}

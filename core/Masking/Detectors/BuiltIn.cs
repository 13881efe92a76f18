namespace K8sRecorder.Masking.Detectors;

/// <summary>All built-in detectors. One list a group; a new kind is one entry there, and its examples in its test.</summary>
internal static class BuiltIn
{
    public static IReadOnlyList<Detector> All { get; } =
        [.. Model.All, .. Cloud.All, .. SourceCode.All, .. Service.All, .. Credential.All, .. Personal.All];

    internal static Detector Structure(string name, string group, string title, int bits, int maxLength, params Pattern[] patterns) =>
        new(new DetectorInfo(name, group, title, bits, maxLength, OnByDefault: true), Rank.Structure, patterns);

    internal static Detector Context(string name, string group, string title, int maxLength, params Pattern[] patterns) =>
        new(new DetectorInfo(name, group, title, EntropyBits: 0, maxLength, OnByDefault: true), Rank.Context, patterns);
}

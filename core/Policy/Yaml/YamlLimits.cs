namespace K8sRecorder.Policy.Yaml;

/// <summary>How much of a file is read before it is refused.</summary>
internal static class YamlLimits
{
    public const int Bytes = 1 << 20;
    public const int Depth = 32;
    public const int Nodes = 100_000;
    public const int Documents = 64;
}

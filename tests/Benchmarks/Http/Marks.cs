namespace K8sRecorder.Benchmarks.Http;

/// <summary>What ours has to reach (the design's table of peers). No mark: the line is for information.</summary>
internal static class Marks
{
    public const double AddedP50Milliseconds = 0.15;
    public const double AddedP99Milliseconds = 1;
    public const double FirstEventMilliseconds = 0.3;
    public const double IdleMegabytes = 64;
    public const double FullLoadMegabytes = 128;
    public const double StartToReadyMilliseconds = 300;

    /// <summary>The least that requests/s of ours divided by the peer's may be.</summary>
    public static double? Ratio(string work, string peer) => (work, peer) switch
    {
        ("get" or "post", "yarp") => 0.8,
        ("get", "nginx" or "haproxy") => 0.5,
        ("post", "nginx" or "haproxy") => 0.4,
        ("get" or "post", "mitmdump") => 15,
        _ => null,
    };
}

namespace K8sRecorder.Integration.Hostile;

/// <summary>How large an attack is: a slice of it in <c>make test</c>, all of it in <c>make soak-hostile</c>.</summary>
internal static class Scale
{
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("RECORDER_HOSTILE") == "full";

    /// <summary>The sidecar to attack; null for the one that was built with the tests.</summary>
    public static string? Sidecar { get; } = Environment.GetEnvironmentVariable("RECORDER_HOSTILE_SIDECAR");

    public static long Of(long slice, long full) => IsFull ? full : slice;

    public static int Of(int slice, int full) => IsFull ? full : slice;
}

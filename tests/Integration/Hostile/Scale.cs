namespace K8sRecorder.Integration.Hostile;

/// <summary>How large an attack is: a slice of it in <c>make test</c>, all of it in <c>make soak-hostile</c>.</summary>
internal static class Scale
{
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("RECORDER_HOSTILE") == "full";

    /// <summary>The sidecar to attack; null for the one that was built with the tests.</summary>
    public static string? Sidecar { get; } = Environment.GetEnvironmentVariable("RECORDER_HOSTILE_SIDECAR");

    /// <summary>The modes, for attacks that press on the recording.</summary>
    public static TheoryData<string> Modes => ["Buffered", "Strict", "BestEffort"];

    /// <summary>The same where a slice of the others would show nothing that <see cref="Modes"/> does not show elsewhere.</summary>
    public static TheoryData<string> ModesWhenFull => IsFull ? Modes : ["Buffered"];

    public static long Of(long slice, long full) => IsFull ? full : slice;

    public static int Of(int slice, int full) => IsFull ? full : slice;
}

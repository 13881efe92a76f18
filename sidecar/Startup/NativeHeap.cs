using System.Runtime.InteropServices;

namespace K8sRecorder.Sidecar.Startup;

/// <summary>
/// How glibc keeps what native code frees. By itself it gives every thread a heap of its own, and what the compiler used in its first minute
/// stays there for ever: 14 to 22 MB resident, then 7.
/// </summary>
internal static partial class NativeHeap
{
    // malloc.h
    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD
    private const int MapThreshold = -3; // M_MMAP_THRESHOLD
    private const int MostArenas = -8; // M_ARENA_MAX

    /// <summary>Call it before there are threads. Where the C library is another one, it is left as it is.</summary>
    public static void StaySmall()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = Mallopt(MostArenas, 1);
            _ = Mallopt(TrimThreshold, 128 << 10);
            _ = Mallopt(MapThreshold, 64 << 10); // the compiler's blocks are that large
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // musl keeps little
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int Mallopt(int parameter, int value);
}

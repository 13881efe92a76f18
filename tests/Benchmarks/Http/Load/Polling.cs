using System.Diagnostics;
using System.Runtime.InteropServices;

namespace K8sRecorder.Benchmarks.Http.Load;

/// <summary>Waits for many connections on one thread with the kernel's own precision, which timers of the runtime do not have.</summary>
internal sealed class Polling
{
    private const short Readable = 1; // POLLIN
    private const int SetTimerSlack = 29; // PR_SET_TIMERSLACK
    private readonly Entry[] _entries;

    public Polling(IEnumerable<LoadConnection> connections) =>
        _entries = [.. connections.Select(c => new Entry { Descriptor = c.Descriptor, Events = Readable })];

    /// <summary>The calling thread wakes when it is told to, and not up to 50 µs later.</summary>
    public static void WakeInTime() => _ = prctl(SetTimerSlack, 1, 0, 0, 0);

    /// <summary>Until something can be read, or that many ticks of the clock have passed.</summary>
    public void Wait(long ticks)
    {
        var nanoseconds = Math.Max(0, ticks) * (1_000_000_000 / Stopwatch.Frequency);
        var timeout = new Span { Seconds = nanoseconds / 1_000_000_000, Nanoseconds = nanoseconds % 1_000_000_000 };
        _ = ppoll(_entries, (nuint)_entries.Length, ref timeout, 0);
    }

    /// <summary>Whether the connection of that number can be read.</summary>
    public bool IsReadable(int connection) => _entries[connection].Returned != 0;

    [DllImport("libc")]
    private static extern int ppoll([In, Out] Entry[] entries, nuint count, ref Span timeout, nint signals);

    [DllImport("libc")]
    private static extern int prctl(int option, ulong a, ulong b, ulong c, ulong d);

    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Span
    {
        public long Seconds;
        public long Nanoseconds;
    }
}

using System.Diagnostics;
using K8sRecorder.Recording.Spool;
using Microsoft.Win32.SafeHandles;

namespace K8sRecorder.Soak.WriterKill;

/// <summary>Kills its own process, with SIGKILL, when a crash point is passed for the n-th time.</summary>
internal sealed class DyingDisk(CrashPoint point, int passing) : SpoolDisk
{
    private int _passed;

    public override void Reached(CrashPoint reached)
    {
        if (reached == point)
            DieIfItIsTime();
    }

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (point == CrashPoint.BatchTorn && offset > 0 && Volatile.Read(ref _passed) + 1 == passing)
            base.Write(file, bytes[..(bytes.Length / 2)], offset);
        if (point == CrashPoint.BatchTorn && offset > 0)
            DieIfItIsTime();
        base.Write(file, bytes, offset);
    }

    private void DieIfItIsTime()
    {
        if (Interlocked.Increment(ref _passed) != passing)
            return;
        using var self = Process.GetCurrentProcess();
        self.Kill();

        // The signal is on its way: nothing more may happen on this thread.
        new ManualResetEventSlim().Wait();
    }
}

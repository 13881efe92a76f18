using K8sRecorder.Recording.Spool;
using Microsoft.Win32.SafeHandles;

namespace K8sRecorder.Recording.Tests.Sessions;

/// <summary>A disk that may be full, break, or "kill" the process at a crash point (by throwing what nobody catches).</summary>
internal sealed class FaultyDisk : SpoolDisk
{
    private int _seen;

    /// <summary>Bytes that still fit; writes beyond are done in part and then fail.</summary>
    public long Room { get; set; } = long.MaxValue;

    /// <summary>Every write fails with an I/O error.</summary>
    public bool Broken { get; set; }

    /// <summary>Where to die.</summary>
    public CrashPoint? DieAt { get; set; }

    /// <summary>At which passing of that point.</summary>
    public int DieAtPassing { get; set; } = 1;

    public bool Died { get; private set; }

    /// <summary>The process is gone: nothing it does afterwards reaches the disk.</summary>
    public override void Reached(CrashPoint point)
    {
        ThrowIfDied();
        if (point == DieAt && ++_seen == DieAtPassing)
            Died = true;
        ThrowIfDied();
    }

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        ThrowIfDied();
        if (Broken)
            throw new IOException("input/output error", 5);
        if (DieAt == CrashPoint.BatchTorn && offset > 0 && ++_seen == DieAtPassing)
        {
            base.Write(file, bytes[..(bytes.Length / 2)], offset);
            Died = true;
            ThrowIfDied();
        }

        var fits = (int)Math.Min(bytes.Length, Room);
        base.Write(file, bytes[..fits], offset);
        Room -= fits;
        if (fits < bytes.Length)
            throw new IOException("no space left on device", 28);
    }

    public override void Sync(SafeFileHandle file)
    {
        ThrowIfDied();
        base.Sync(file);
    }

    private void ThrowIfDied()
    {
        if (Died)
            throw new KilledException();
    }
}

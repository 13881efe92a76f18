using K8sRecorder.Recording.Spool;
using Microsoft.Win32.SafeHandles;

namespace K8sRecorder.Recording.Tests.Sessions;

/// <summary>
/// A disk that may be full, break, fail at any one of its calls, or "kill" the process at a crash point (by throwing what nobody catches).
/// </summary>
internal sealed class FaultyDisk : SpoolDisk
{
    private int _seen;
    private int _calls;

    /// <summary>Bytes that still fit; writes beyond are done in part and then fail.</summary>
    public long Room { get; set; } = long.MaxValue;

    /// <summary>Every write fails with an I/O error.</summary>
    public bool Broken { get; set; }

    /// <summary>Where to die.</summary>
    public CrashPoint? DieAt { get; set; }

    /// <summary>At which passing of that point.</summary>
    public int DieAtPassing { get; set; } = 1;

    public bool Died { get; private set; }

    /// <summary>Calls so far, from 1.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>What a call of this number does; null: it works.</summary>
    public Func<int, DiskAction, IOException?>? Fault { get; set; }

    /// <summary>Stops taking part: nothing that is done afterwards reaches the disk.</summary>
    public void Die() => Died = true;

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

        // What is written over needs no room.
        var there = Math.Clamp(RandomAccess.GetLength(file) - offset, 0, bytes.Length);
        var fits = (int)(there + Math.Min(bytes.Length - there, Room));
        try
        {
            base.Write(file, bytes[..fits], offset);
        }
        catch (IOException) when (bytes.Length > 1)
        {
            // A real disk takes a part of it.
            RandomAccess.Write(file, bytes[..(bytes.Length / 2)], offset);
            throw;
        }

        Room -= fits - there;
        if (fits < bytes.Length)
            throw new IOException("no space left on device", 28);
    }

    protected override void Before(DiskAction action)
    {
        ThrowIfDied();
        var call = Interlocked.Increment(ref _calls);
        if (Fault?.Invoke(call, action) is { } failure)
            throw failure;
    }

    private void ThrowIfDied()
    {
        if (Died)
            throw new KilledException();
    }
}

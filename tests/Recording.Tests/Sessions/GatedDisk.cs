using K8sRecorder.Recording.Spool;
using Microsoft.Win32.SafeHandles;

namespace K8sRecorder.Recording.Tests.Sessions;

/// <summary>A disk whose writes wait while it is held.</summary>
internal sealed class GatedDisk : SpoolDisk, IDisposable
{
    private readonly ManualResetEventSlim _open = new(true);
    private readonly ManualResetEventSlim _waiting = new();

    public void Hold() => _open.Reset();

    public void Release() => _open.Set();

    /// <summary>Returns when a write waits.</summary>
    public void UntilWaiting() => _waiting.Wait();

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (!_open.IsSet)
            _waiting.Set();
        _open.Wait();
        base.Write(file, bytes, offset);
    }

    public void Dispose()
    {
        _open.Dispose();
        _waiting.Dispose();
    }
}

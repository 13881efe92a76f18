using System.Collections.Concurrent;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Tests.Shipping;

/// <summary>A store on a file system that hangs: its puts end when it is let go, whatever their callers want, and store what the bytes are then.</summary>
internal sealed class HungStore(FolderStore inner) : IRecordingStore
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentBag<Task> _puts = [];

    public string Url => inner.Url;

    public int Puts => _puts.Count;

    /// <summary>Lets it go; completes when all that hung has ended.</summary>
    public Task ReleaseAsync()
    {
        _released.TrySetResult();
        return Task.WhenAll(_puts);
    }

    public async ValueTask<PutResult> PutNewAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var put = PutLateAsync(key, bytes);
        _puts.Add(put);
        return await put;
    }

    public ValueTask<bool> ConfirmAsync(string key, ReadOnlyMemory<byte> sha256, CancellationToken cancellationToken) =>
        inner.ConfirmAsync(key, sha256, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task<PutResult> PutLateAsync(string key, ReadOnlyMemory<byte> bytes)
    {
        await _released.Task;
        return await inner.PutNewAsync(key, bytes, CancellationToken.None);
    }
}

namespace K8sRecorder.Sidecar.Dns.Resolvers;

/// <summary>
/// Answers that are larger than most are few at a time: with their text and its masked copy one can be a megabyte, and who asks can make all
/// of them large.
/// </summary>
internal sealed class LargeAnswers(int most) : IDisposable
{
    private readonly SemaphoreSlim _room = new(most, most);

    /// <summary>Waits for room where the answer is larger than so many bytes; dispose what it gives when the answer is gone.</summary>
    public async ValueTask<IDisposable?> EnterAsync(int length, int small, CancellationToken cancellationToken)
    {
        if (length <= small)
            return null;
        await _room.WaitAsync(cancellationToken);
        return new Place(_room);
    }

    public void Dispose() => _room.Dispose();

    private sealed class Place(SemaphoreSlim room) : IDisposable
    {
        public void Dispose() => room.Release();
    }
}

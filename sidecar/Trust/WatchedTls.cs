using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;

namespace K8sRecorder.Sidecar.Trust;

/// <summary>
/// TLS that knows whether the peer has said anything since its handshake. In TLS 1.3 some judge the other side only then: their first word, or
/// that there is none, says whether they go on.
/// </summary>
internal sealed class WatchedTls(TlsTransport inner) : SslStream(inner)
{
    // RFC 8446 5.1: what one record may hold
    private const int RecordBytes = 16 << 10;

    private volatile bool _hasHeard;

    /// <summary>Whether a byte came.</summary>
    public bool HasHeard => _hasHeard;

    /// <summary>Called once, with the first bytes.</summary>
    public Action? WhenHeard { get; set; }

    /// <summary>Called where a read fails before any byte came.</summary>
    public Action<Exception>? WhenRefused { get; set; }

    /// <summary>What a read does, where somebody looks at the bytes first; it reads by <see cref="ReadPlainAsync"/>. Set before the first read.</summary>
    public Func<Memory<byte>, CancellationToken, ValueTask<int>>? ReadInstead { get; set; }

    /// <summary>Awaited behind the first write. Set before it.</summary>
    public Func<CancellationToken, ValueTask>? WhenWritten { get; set; }

    /// <summary>Called when it is closed here.</summary>
    public Action? WhenEnded { get; set; }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ReadInstead is { } instead ? instead(buffer, cancellationToken) : ReadPlainAsync(buffer, cancellationToken);

    /// <summary>Reads what came, as it is.</summary>
    public ValueTask<int> ReadPlainAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _hasHeard ? base.ReadAsync(buffer, cancellationToken) : ReadFirstAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        WhenWritten is not null ? WriteFirstAsync(buffer, cancellationToken)
        : buffer.Length > RecordBytes ? WriteManyAsync(buffer, cancellationToken) : base.WriteAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        WhenEnded?.Invoke();
    }

    private async ValueTask WriteFirstAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        var then = WhenWritten;
        WhenWritten = null;
        await WriteAsync(buffer, cancellationToken);
        if (then is not null)
            await then(cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteManyAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        inner.Hold();
        try
        {
            await base.WriteAsync(buffer, cancellationToken);
        }
        finally
        {
            await inner.ReleaseAsync();
        }
    }

    private async ValueTask<int> ReadFirstAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            if (read > 0 && !_hasHeard)
            {
                _hasHeard = true;
                WhenHeard?.Invoke();
            }
            return read;
        }
        catch (Exception failure) when (failure is IOException or AuthenticationException)
        {
            WhenRefused?.Invoke(failure);
            throw;
        }
    }
}

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

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ReadInstead is { } instead ? instead(buffer, cancellationToken) : ReadPlainAsync(buffer, cancellationToken);

    /// <summary>Reads what came, as it is.</summary>
    public ValueTask<int> ReadPlainAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _hasHeard ? base.ReadAsync(buffer, cancellationToken) : ReadFirstAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        buffer.Length > RecordBytes ? WriteManyAsync(buffer, cancellationToken) : base.WriteAsync(buffer, cancellationToken);

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

using System.Net.Security;
using System.Security.Authentication;

namespace K8sRecorder.Sidecar.Trust;

/// <summary>
/// TLS that knows whether the peer has said anything since its handshake. In TLS 1.3 some judge the other side only then: their first word, or
/// that there is none, says whether they go on.
/// </summary>
internal sealed class WatchedTls(Stream inner) : SslStream(inner)
{
    private volatile bool _hasHeard;

    /// <summary>Whether a byte came.</summary>
    public bool HasHeard => _hasHeard;

    /// <summary>Called once, with the first bytes.</summary>
    public Action? WhenHeard { get; set; }

    /// <summary>Called where a read fails before any byte came.</summary>
    public Action<Exception>? WhenRefused { get; set; }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _hasHeard ? base.ReadAsync(buffer, cancellationToken) : ReadFirstAsync(buffer, cancellationToken);

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

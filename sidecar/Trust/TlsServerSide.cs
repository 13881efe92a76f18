using System.Net.Security;
using System.Security.Authentication;

namespace K8sRecorder.Sidecar.Trust;

/// <summary>Shakes hands with agents, in the name of the server that they asked for: TLS 1.2 and 1.3, no renegotiation, sessions may be resumed.</summary>
internal static class TlsServerSide
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Accepts an agent. Its stream begins with the ClientHello, also where that was peeked at. A stream that is not handed back is disposed.
    /// </summary>
    /// <param name="agent">The connection; the result's stream owns it.</param>
    /// <param name="leaf">The certificate to show.</param>
    /// <param name="protocol">What the upstream chose of the agent's list; null where it chose none, and then none is offered.</param>
    /// <param name="time">The clock of the time limit.</param>
    /// <param name="cancellationToken">Ends it; that is thrown.</param>
    public static async ValueTask<TlsServerResult> AcceptAsync(
        Stream agent, SslStreamCertificateContext leaf, SslApplicationProtocol? protocol, TimeProvider time, CancellationToken cancellationToken)
    {
        var bounded = new TlsTransport(agent);
        var tls = new WatchedTls(bounded);
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var options = new SslServerAuthenticationOptions
            {
                ServerCertificateContext = leaf,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                AllowRenegotiation = false,
                ApplicationProtocols = protocol is { } chosen ? [chosen] : null,
            };
            await tls.AuthenticateAsServerAsync(options, either.Token);
            bounded.Complete();
            return new(TlsServerOutcome.Done, tls, null, "");
        }
        catch (Exception failure) when (failure is IOException or AuthenticationException or OperationCanceledException)
        {
            await tls.DisposeAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return Explain(failure, bounded, timeout.IsCancellationRequested);
        }
    }

    /// <summary>
    /// What a failure of the first read after the handshake means: some clients look at our certificate only when the handshake is done. Of these
    /// some, such as .NET 10, then close without an alert: such a connection has an end and no first byte, which may also mean nothing.
    /// </summary>
    public static bool IsCertificateRefused(Exception failure) =>
        TlsAlert.Received(failure) is { } alert && TlsAlert.IsAboutCertificate(alert);

    private static TlsServerResult Explain(Exception failure, TlsTransport bounded, bool timedOut)
    {
        if (timedOut)
            return new(TlsServerOutcome.TimedOut, null, null, "the agent did not finish its handshake in time");
        if (bounded.IsExceeded)
            return new(TlsServerOutcome.Malformed, null, null, "the agent sent too much for a handshake");
        if (TlsAlert.Received(failure) is { } alert)
        {
            if (TlsAlert.IsAboutCertificate(alert))
                return new(TlsServerOutcome.CertificateRefused, null, alert, $"the agent refuses the recorder's certificate ({TlsAlert.NameOf(alert)})");
            return TlsAlert.IsNothingInCommon(alert)
                ? new(TlsServerOutcome.NothingInCommon, null, alert, $"the agent has nothing in common with the recorder ({TlsAlert.NameOf(alert)})")
                : new(TlsServerOutcome.Refused, null, alert, $"the agent broke the handshake off ({TlsAlert.NameOf(alert)})");
        }
        if (TlsAlert.FoundNothingInCommon(failure))
            return new(TlsServerOutcome.NothingInCommon, null, null, "the agent has no version, cipher suite or protocol in common with the recorder");
        return failure is IOException
            ? new(TlsServerOutcome.Closed, null, null, "the agent closed in the middle of the handshake")
            : new(TlsServerOutcome.Malformed, null, null, "what the agent sent is not a TLS handshake");
    }
}

using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace K8sRecorder.Sidecar.Trust;

/// <summary>
/// Shakes hands with upstreams: TLS 1.2 and 1.3, no renegotiation, the certificate verified against the name. Sessions are resumed, by the
/// platform and name by name; the certificate is looked at again all the same. Any thread.
/// </summary>
internal sealed class TlsClientSide(UpstreamTrust trust, TimeProvider time)
{
    private const int MostKnown = 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Known = TimeSpan.FromHours(1);
    private static readonly TimeSpan Demanding = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly RecentlyUsed<ServerName, DateTimeOffset> _asksForNothing = new(MostKnown);
    private readonly RecentlyUsed<(ServerName, int), DateTimeOffset> _demands = new(MostKnown);

    /// <summary>Connects. A stream that is not handed back is disposed.</summary>
    /// <param name="upstream">The connection; the result's stream owns it.</param>
    /// <param name="name">Who it has to be; sent as the server name unless it is an address.</param>
    /// <param name="port">Its port.</param>
    /// <param name="protocols">The agent's ALPN list in its order; empty where it sent none.</param>
    /// <param name="cancellationToken">Ends it; that is thrown.</param>
    public async ValueTask<TlsClientResult> ConnectAsync(
        Stream upstream, ServerName name, int port, IReadOnlyList<SslApplicationProtocol> protocols, CancellationToken cancellationToken)
    {
        var attempt = new Attempt(trust, name);
        var bounded = new TlsTransport(upstream);
        var tls = new WatchedTls(bounded) { WhenRefused = failure => LearnDemand(name, port, failure) };
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await tls.AuthenticateAsClientAsync(OptionsFor(attempt, protocols), either.Token);
            bounded.Complete();
            Remember(name, attempt);
            return new(TlsClientOutcome.Done, tls, attempt.Verdict, attempt.IsAsked, null, "");
        }
        catch (Exception failure) when (failure is IOException or AuthenticationException or OperationCanceledException)
        {
            await tls.DisposeAsync();
            cancellationToken.ThrowIfCancellationRequested();
            lock (_gate)
                _asksForNothing.Remove(name);
            var result = Explain(failure, attempt, bounded, timeout.IsCancellationRequested);
            if (result.Outcome == TlsClientOutcome.ClientCertificateRequired)
                NoteDemand(name, port);
            return result;
        }
    }

    /// <summary>
    /// Whether the server demanded a certificate of the client lately, in its handshake or (TLS 1.3) in place of its first word: nobody needs to
    /// ask it again before deciding.
    /// </summary>
    public bool DemandsCertificate(ServerName name, int port)
    {
        lock (_gate)
            return _demands.TryGet((name, port), out var until) && time.GetUtcNow() < until;
    }

    private void LearnDemand(ServerName name, int port, Exception failure)
    {
        if (TlsAlert.Received(failure) == TlsAlert.CertificateRequired)
            NoteDemand(name, port);
    }

    private void NoteDemand(ServerName name, int port)
    {
        lock (_gate)
        {
            _asksForNothing.Remove(name);
            _demands.Set((name, port), time.GetUtcNow() + Demanding);
        }
    }

    private SslClientAuthenticationOptions OptionsFor(Attempt attempt, IReadOnlyList<SslApplicationProtocol> protocols)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = attempt.Name.Text,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
            ApplicationProtocols = protocols.Count > 0 ? [.. protocols] : null,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            // The platform builds a chain before it asks us. It is never looked at: over no roots it costs least.
            CertificateChainPolicy = new X509ChainPolicy
            {
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                VerificationFlags = X509VerificationFlags.AllFlags,
            },
            RemoteCertificateValidationCallback = attempt.Validate,
        };
        // Only this tells that a certificate was asked for, and with it the platform resumes no session and makes a context for every connection
        // (1.2 ms a handshake instead of 0.75, both ends in one process): once in a while will do.
        if (!IsKnownToAskForNothing(attempt.Name))
        {
            attempt.WouldNotice = true;
            options.LocalCertificateSelectionCallback = attempt.Select;
        }
        return options;
    }

    private bool IsKnownToAskForNothing(ServerName name)
    {
        lock (_gate)
            return _asksForNothing.TryGet(name, out var until) && time.GetUtcNow() < until;
    }

    private void Remember(ServerName name, Attempt attempt)
    {
        if (!attempt.WouldNotice)
            return;
        lock (_gate)
            if (attempt.IsAsked)
                _asksForNothing.Remove(name);
            else
                _asksForNothing.Set(name, time.GetUtcNow() + Known);
    }

    private static TlsClientResult Explain(Exception failure, Attempt attempt, TlsTransport bounded, bool timedOut)
    {
        TlsClientResult Failed(TlsClientOutcome outcome, string reason, byte? alert = null) =>
            new(outcome, null, attempt.Verdict, attempt.IsAsked, alert, reason);

        if (timedOut)
            return Failed(TlsClientOutcome.TimedOut, "the server did not finish its handshake in time");
        if (attempt.WasShown && !attempt.Verdict.IsBelieved)
            return Failed(TlsClientOutcome.NotBelieved, attempt.Verdict.Reason);
        if (bounded.IsExceeded)
            return Failed(TlsClientOutcome.Malformed, "the server sent too much for a handshake");
        if (TlsAlert.Received(failure) is { } alert)
        {
            // Before 1.3 there is no alert of its own for this (RFC 5246 7.4.6): a failure after it asked is one.
            if (alert == TlsAlert.CertificateRequired || (attempt.IsAsked && (alert == TlsAlert.HandshakeFailure || TlsAlert.IsAboutCertificate(alert))))
                return Failed(TlsClientOutcome.ClientCertificateRequired, $"the server wants a certificate of the client ({TlsAlert.NameOf(alert)})", alert);
            return TlsAlert.IsNothingInCommon(alert)
                ? Failed(TlsClientOutcome.NothingInCommon, $"the server has nothing in common with the recorder ({TlsAlert.NameOf(alert)})", alert)
                : Failed(TlsClientOutcome.Refused, $"the server refused the handshake ({TlsAlert.NameOf(alert)})", alert);
        }
        if (TlsAlert.FoundNothingInCommon(failure))
            return Failed(TlsClientOutcome.NothingInCommon, "the server has no version, cipher suite or protocol in common with the recorder");
        return failure is IOException
            ? Failed(TlsClientOutcome.Closed, "the server closed in the middle of the handshake")
            : Failed(TlsClientOutcome.Malformed, "what the server sent is not a TLS handshake");
    }

    /// <summary>What one handshake finds out on its way.</summary>
    private sealed class Attempt(UpstreamTrust trust, ServerName name)
    {
        public ServerName Name => name;

        public bool WouldNotice { get; set; }

        public bool IsAsked { get; private set; }

        public bool WasShown { get; private set; }

        public UpstreamVerdict Verdict { get; private set; }

        public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            WasShown = true;
            Verdict = trust.Verify(certificate as X509Certificate2, chain?.ChainPolicy.ExtraStore ?? [], name);
            return Verdict.IsBelieved;
        }

        /// <summary>Called once at the beginning, when there is nothing of the server's yet, and again when it asks.</summary>
        public X509Certificate Select(object sender, string host, X509CertificateCollection locals, X509Certificate? remote, string[] issuers)
        {
            IsAsked |= remote is not null;
            return null!;
        }
    }
}

using System.Net.Security;

namespace K8sRecorder.Sidecar.Trust;

/// <summary>A handshake with an upstream: the stream where it is done, else why not.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Stream">Where it is done; <see cref="SslStream.NegotiatedApplicationProtocol"/> is what the agent is to be given.</param>
/// <param name="Verdict">What was found of its certificate.</param>
/// <param name="ClientCertificateAsked">
/// It asked for a certificate, and went on without one so far. In TLS 1.3 a server that needs one says so only after the handshake: as an alert
/// in the first read (<see cref="TlsAlert"/>).
/// </param>
/// <param name="Alert">The number that either side sent, if one did.</param>
/// <param name="Reason">In words of ours.</param>
internal readonly record struct TlsClientResult(
    TlsClientOutcome Outcome, SslStream? Stream, UpstreamVerdict Verdict, bool ClientCertificateAsked, byte? Alert, string Reason);

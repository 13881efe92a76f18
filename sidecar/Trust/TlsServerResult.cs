namespace K8sRecorder.Sidecar.Trust;

/// <summary>A handshake with an agent: the stream where it is done, else why not. The alert is the number that either side sent, if one did.</summary>
internal readonly record struct TlsServerResult(TlsServerOutcome Outcome, WatchedTls? Stream, byte? Alert, string Reason);

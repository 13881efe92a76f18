namespace K8sRecorder.Sidecar.Dns;

/// <summary>
/// Values of <c>status</c> for what the recorder answered itself (docs/recording-format.md); a resolver's are the names of response codes, in
/// capitals.
/// </summary>
internal static class DnsStatus
{
    /// <summary>The policy does not let this name be resolved: REFUSED.</summary>
    public const string Refused = "refused";

    /// <summary>No resolver gave an answer that could be passed on: SERVFAIL.</summary>
    public const string Unanswered = "unanswered";

    /// <summary>No question: FORMERR.</summary>
    public const string Malformed = "malformed";

    /// <summary>Updates, transfers: NOTIMP.</summary>
    public const string Unsupported = "unsupported";
}

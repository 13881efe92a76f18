namespace K8sRecorder.Sidecar.Dns;

/// <summary>What became of a question, for metrics.</summary>
internal enum DnsOutcome
{
    Answered, Refused, Unanswered, Malformed, Unsupported, Dropped, NotRecorded,
}

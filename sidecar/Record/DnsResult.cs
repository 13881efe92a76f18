namespace K8sRecorder.Sidecar.Record;

/// <summary>What became of a question.</summary>
/// <param name="Status">A response code's name where a resolver said it, else one of <see cref="Dns.DnsStatus"/>.</param>
/// <param name="Answer">The message that the agent gets; empty where the recorder answers.</param>
/// <param name="Stripped">Parameters that were taken out of it.</param>
/// <param name="IsTruncated">Whether it is only told to ask by TCP.</param>
internal readonly record struct DnsResult(string Status, ReadOnlyMemory<byte> Answer = default, int Stripped = 0, bool IsTruncated = false);

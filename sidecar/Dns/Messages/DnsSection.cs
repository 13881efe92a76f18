namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>Where in a message a record stands.</summary>
internal enum DnsSection
{
    Answer, Authority, Additional,
}

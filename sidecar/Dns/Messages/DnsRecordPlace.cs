namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>A record and where its pieces stand in the message (RFC 1035 4.1.3).</summary>
internal readonly record struct DnsRecordPlace(DnsSection Section, int Owner, ushort Type, ushort Class, uint Ttl, int Data, int DataLength)
{
    public int End => Data + DataLength;

    public ReadOnlySpan<byte> DataOf(ReadOnlySpan<byte> message) => message.Slice(Data, DataLength);
}

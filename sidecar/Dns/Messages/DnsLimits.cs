namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>What a DNS message may be, and how much of it is recorded as text.</summary>
internal static class DnsLimits
{
    /// <summary>Bytes of the header (RFC 1035 4.1.1).</summary>
    public const int Header = 12;

    /// <summary>Bytes of a name on the wire with its root label (RFC 1035 2.3.4).</summary>
    public const int Name = 255;

    /// <summary>Bytes of a label.</summary>
    public const int Label = 63;

    /// <summary>Bytes of a message: what TCP's length field can say.</summary>
    public const int Message = 65535;

    /// <summary>Bytes of a question that is taken: a name, its type and some EDNS options need far less.</summary>
    public const int Question = 4096;

    /// <summary>Bytes of an answer by UDP where the question says nothing else (RFC 1035 2.3.4).</summary>
    public const int Udp = 512;

    /// <summary>Bytes of text that an answer may become in the recording. Compressed names grow; nothing that a resolver gives comes near.</summary>
    public const int Text = 512 << 10;
}

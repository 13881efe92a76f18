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
    public const int Question = 1232;

    /// <summary>Bytes of an answer by UDP where the question says nothing else (RFC 1035 2.3.4).</summary>
    public const int Udp = 512;

    /// <summary>Bytes that an answer by UDP may have on its way to us, whatever the agent takes; larger ones are fetched by TCP.</summary>
    public const int FromResolver = 4096;

    /// <summary>Bytes of text that an answer may become in the recording.</summary>
    public const int Text = 512 << 10;

    // Long names, pointed at by every record, make seven of one; nothing that a resolver gives in earnest makes more.
    private const int TextOfByte = 16;
    private const int LeastText = 1024;

    /// <summary>Bytes of text that a message of this length may become: compressed names grow, and some are made to.</summary>
    public static int TextOf(int length) => (int)Math.Min(Text, LeastText + ((long)length * TextOfByte));
}

namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>Keys of service parameters (RFC 9460 14.3.2).</summary>
internal static class SvcbKey
{
    public const ushort Mandatory = 0;
    public const ushort Alpn = 1;
    public const ushort NoDefaultAlpn = 2;
    public const ushort Port = 3;
    public const ushort Ipv4Hint = 4;
    public const ushort Ech = 5;
    public const ushort Ipv6Hint = 6;
}

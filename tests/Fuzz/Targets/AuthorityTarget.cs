using System.Net;
using System.Net.Sockets;
using System.Text;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Sidecar.Proxy;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>What a proxy is asked for: host and port. The first byte says whether the port may be left out.</summary>
internal sealed class AuthorityTarget : FuzzTarget
{
    public override string Name => "authority";

    public override string Subject => "ProxyAuthority: host and port that a forward proxy is asked for";

    public override int MaxLength => 1024;

    public override IEnumerable<string> Dictionary => ["[::1]:", "[::ffff:", "localhost", "xn--", "127.0.0.1", "0x7f", ":443", ":65536", "@", "%25eth0", ".", "]"];

    public override long AllocationLimit(int length) => 16 * 1024;

    public override TimeSpan TimeLimit(int length) => TimeSpan.FromMilliseconds(200);

    public override IEnumerable<byte[]> Seeds() =>
    [
        [0, .. "api.openai.com:443"u8], [1, .. "h"u8], [1, .. "h:"u8], [0, .. "[2001:db8::1]:8443"u8], [0, .. "[::ffff:127.0.0.1]:80"u8], [0, .. "127.0.0.1:1"u8],
        [0, .. "2130706433:80"u8], [0, .. "0x7f.1:80"u8], [0, .. "u:p@h:80"u8], [0, .. "[fe80::1%25eth0]:80"u8], [0, .. "h:0"u8], [0, .. "h:65536"u8], [0, .. "b\xc3\xbcro.example:80"u8],
        [0, .. "a..b:80"u8], [0, .. "h.:80"u8], [0, .. "[::1]x:80"u8], [0, .. "a:b:80"u8], [1, .. "1.2.3:80"u8],
    ];

    public override void Run(byte[] input, Measure measure)
    {
        if (input.Length == 0)
            return;
        measure.Begin();
        var read = ProxyAuthority.Read(input.AsSpan(1), (input[0] & 1) == 0 ? 0 : 80);
        measure.End();
        if (read is not { } authority)
            return;
        if (authority.Port is < 1 or > 65535)
            throw new OracleException("a port is one", $"{authority.Port}");
        // whatever else reads it must see the same place, or one place is judged and another dialled
        if (ProxyAuthority.Read(Encoding.ASCII.GetBytes(authority.Text), 0) != authority)
            throw new OracleException("what was read is read again as the same", authority.Text);
        if (authority.Address is null && (IPAddress.TryParse(authority.Host, out _) || Uri.CheckHostName(authority.Host) is UriHostNameType.IPv4 or UriHostNameType.IPv6))
            throw new OracleException("a name is no address", authority.Host);
        if (authority.Address is { } address && (!IPAddress.TryParse(authority.Host, out var again) || !again.Equals(address) || address.IsIPv4MappedToIPv6
            || (address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0)))
            throw new OracleException("an address is one, and names no interface", authority.Host);
    }
}

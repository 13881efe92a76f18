using System.Collections.Frozen;
using System.Text;

namespace K8sRecorder.Sidecar.Identify;

/// <summary>
/// The protocol names (ALPN, RFC 7301) that are offered to a target in an agent's stead: those of the IANA registry, and some that services are
/// known to ask for. A list has room for kilobytes of anything, which would arrive at the target and stand in no record.
/// </summary>
internal static class ProtocolNames
{
    private static readonly FrozenSet<string> Known = FrozenSet.ToFrozenSet(
    [
        "http/0.9", "http/1.0", "http/1.1", "h2", "h2c", "spdy/1", "spdy/2", "spdy/3", "spdy/3.1", "stun.turn", "stun.nat-discovery", "webrtc", "c-webrtc",
        "ftp", "imap", "pop3", "managesieve", "coap", "co", "xmpp-client", "xmpp-server", "acme-tls/1", "mqtt", "dot", "ntske/1", "sunrpc", "smb", "irc",
        "nntp", "nnsp", "sip/2", "tds/8.0", "dicom", "postgresql", "radius/1.0", "radius/1.1",
        // not registered, but asked for by services
        "grpc-exp", "x-amzn-mqtt-ca", "x-amzn-http-ca", "nats", "mysql", "redis", "amqp", "kafka", "mongodb",
    ], StringComparer.Ordinal);

    private static readonly int Longest = Known.Max(name => name.Length);

    /// <summary>Whether this name is one that says nothing but which protocol is meant.</summary>
    public static bool IsKnown(byte[] name) => name.Length <= Longest && Known.Contains(Encoding.Latin1.GetString(name));
}

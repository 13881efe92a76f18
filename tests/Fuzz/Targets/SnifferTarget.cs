using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Sidecar.Identify;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>What a side speaks: what is decided is decided, however few bytes more come, and everything is decided in the end.</summary>
internal sealed class SnifferTarget : FuzzTarget
{
    public override string Name => "sniffer";

    public override string Subject => "ProtocolSniffer: the first bytes of a connection";

    public override int MaxLength => 12 * 1024;

    public override IEnumerable<string> Dictionary =>
        ["GET ", "POST /", " HTTP/1.1\r\n", "\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "SSH-2.0-", "\u0000\u0000\u0000\u0008\u0004\u00d2\u0016\u002f", "\u0000\u0003\u0000\u0000", "\u0016\u0003\u0001", "HTTP/"];

    // bytes are looked at again with each that comes
    public override TimeSpan TimeLimit(int length) => TimeSpan.FromSeconds(2);

    public override long AllocationLimit(int length) => 4 << 20;

    public override IEnumerable<byte[]> Seeds() =>
    [
        "GET / HTTP/1.1\r\nHost: h\r\n\r\n"u8.ToArray(), "\r\n\r\nOPTIONS * HTTP/1.0\r\n"u8.ToArray(), "get key other\r\n"u8.ToArray(), "CONNECT {\"verbose\":true}\r\n"u8.ToArray(),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), "PRI "u8.ToArray(), "SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray(),
        [0, 0, 0, 8, 4, 0xD2, 0x16, 0x2F], [0, 0, 0, 8, 4, 0xD2, 0x16, 0x30], [0, 0, 0, 16, 0, 3, 0, 0, .. "user\0a\0\0"u8], [0x4A, 0, 0, 0, 10, .. "8.0.1\0"u8],
        [22, 3, 1, 0, 1, 1, 22, 3, 1, 0, 2, 0, 0], .. HelloTarget.Hellos,
    ];

    public override void Run(byte[] input, Measure measure)
    {
        measure.Begin();
        var whole = ProtocolSniffer.OfAgent(input, out var hello);
        _ = ProtocolSniffer.OfTarget(input);
        var slow = ProtocolSniffer.OfSlowAgent(input);
        measure.End();
        if ((whole == SpokenProtocol.Tls) != (hello is not null))
            throw new OracleException("a hello is there for TLS, and only then", $"{whole}");
        if (whole is null && slow is not (SpokenProtocol.Http1 or SpokenProtocol.Opaque))
            throw new OracleException("what does not come in time is HTTP or bytes", $"{slow}");
        foreach (var way in Splits.Ways(input))
        {
            var (length, agent, target, coming) = (0, (SpokenProtocol?)null, (SpokenProtocol?)null, new AgentSniffer());
            Splits.Feed(input, way, piece =>
            {
                length += piece.Length;
                var before = agent;
                Stays(ref agent, ProtocolSniffer.OfAgent(input.AsSpan(0, length), out _), length);
                if (before is null && coming.Look(input.AsSpan(0, length), out _) != agent)
                    throw new OracleException("what came is not looked at again, and the same is found", $"with {length} bytes, not {agent}");
                Stays(ref target, ProtocolSniffer.OfTarget(input.AsSpan(0, length)), length);
            });
            if (agent != whole)
                throw new OracleException("any split", $"{way}: {agent}, whole {whole}");
        }
        if (whole == SpokenProtocol.Http2 && Http2Preface.Look(input) != ParseStatus.Complete)
            throw new OracleException("HTTP/2 begins with its preface", "");
        // beyond its bound nothing is waited for
        if (input.Length > 0 && ProtocolSniffer.OfAgent([.. input, .. new byte[ProtocolSniffer.MaxPeek]], out _) is null)
            throw new OracleException("it ends", "");
    }

    private static void Stays(ref SpokenProtocol? decided, SpokenProtocol? now, int length)
    {
        if (decided is not null && now != decided)
            throw new OracleException("what is decided stays", $"{decided}, with {length} bytes {now}");
        decided = now;
    }
}

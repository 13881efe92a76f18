using System.Buffers.Binary;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Sidecar.Identify;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>A ClientHello: read the same from any records, refused or read as soon as that can be known, and nothing odd in what it says.</summary>
internal sealed class HelloTarget : FuzzTarget
{
    private const int RecordHead = 5, MessageHead = 4, MostProtocols = 32, LongestName = 255;

    /// <summary>With a name, protocols, an encrypted inner hello, numbers that stand for nothing; one of before there were extensions.</summary>
    public static IReadOnlyList<byte[]> Hellos { get; } =
    [
        Hello([.. Extension(0, [0, 11, 0, 0, 8, .. "Api.Test"u8]), .. Extension(16, [0, 12, 2, .. "h2"u8, 8, .. "http/1.1"u8]), .. Extension(43, [2, 3, 4])]),
        Hello([.. Extension(0x1A1A, []), .. Extension(0xFE0D, [0, 0, 1, 0, 1, 7, 0, 0, 0, 0]), .. Extension(21, new byte[40])]),
        Hello([.. Extension(0, [0, 4, 0, 0, 1, .. "a"u8]), .. Extension(0, [0, 4, 0, 0, 1, .. "b"u8])]),
        Hello(null),
        Spread(Hello([.. Extension(0, [0, 4, 0, 0, 1, .. "a"u8])]), _ => 3),
    ];

    public override string Name => "hello";

    public override string Subject => "ClientHello: the first message of TLS";

    public override int MaxLength => 12 * 1024;

    public override IEnumerable<string> Dictionary => ["\u0016\u0003\u0001", "\u0016\u0003\u0003", "\u0001\u0000", "\u0000\u0000", "\u0000\u0010", "h2", "http/1.1", "\u00fe\u000d", "\u001a\u001a", "xn--", "."];

    // a hello that is spread over records is put together in 64 KiB
    public override long AllocationLimit(int length) => (1 << 20) + (64L * length);

    public override TimeSpan TimeLimit(int length) => TimeSpan.FromSeconds(2);

    public override IEnumerable<byte[]> Seeds() => Hellos;

    public override void Run(byte[] input, Measure measure)
    {
        measure.Begin();
        var status = ClientHello.TryRead(input, out var hello);
        measure.End();
        foreach (var way in Splits.Ways(input))
        {
            var (length, now, seen, records) = (0, ParseStatus.NeedMore, (ClientHello?)null, new HelloRecords());
            Splits.Feed(input, way, piece =>
            {
                length += piece.Length;
                var before = now;
                now = ClientHello.TryRead(input.AsSpan(0, length), out seen);
                if (before == ParseStatus.NeedMore && (ClientHello.TryRead(records, input.AsSpan(0, length), out var coming) != now || Shown(coming) != Shown(seen)))
                    throw new OracleException("records that were whole are not looked at again, and the same is found", $"with {length} bytes, not {now}");
                if (before != ParseStatus.NeedMore && now != before)
                    throw new OracleException("what is decided stays", $"{before}, with {length} bytes {now}");
            });
            if (now != status || Shown(seen) != Shown(hello))
                throw new OracleException("any split", $"{way}: {now} {Shown(seen)}, whole {status} {Shown(hello)}");
        }
        if ((status == ParseStatus.Complete) != (hello is not null))
            throw new OracleException("a hello is there where it is complete", $"{status}");
        if (hello is not null)
            Check(input, hello);
    }

    private static void Check(byte[] input, ClientHello hello)
    {
        if (hello.ServerName is { } name && (name.Length is 0 or > LongestName || name.Any(letter => !char.IsAsciiLetterLower(letter) && !char.IsAsciiDigit(letter) && letter is not ('-' or '.' or '_'))))
            throw new OracleException("a name is letters of names, in lower case", name);
        if (hello.Protocols.Count > MostProtocols || hello.Protocols.Any(protocol => protocol.Length is 0 or > byte.MaxValue))
            throw new OracleException("protocols are few, and named", $"{hello.Protocols.Count}");
        var random = Splits.RandomOf(input);
        var spread = Spread(input, left => random.Next(1, left + 1));
        if (ClientHello.TryRead(spread, out var again) != ParseStatus.Complete || Shown(again) != Shown(hello))
            throw new OracleException("other records, the same message", $"{Shown(again)}, not {Shown(hello)}");
    }

    /// <summary>The handshake bytes of some records in other records; they are small, so that heads fit.</summary>
    private static byte[] Spread(byte[] records, Func<int, int> sizeOf)
    {
        var message = new List<byte>();
        for (var at = 0; at + RecordHead <= records.Length;)
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(records.AsSpan(at + 3)), records.Length - at - RecordHead);
            message.AddRange(records.AsSpan(at + RecordHead, length));
            at += RecordHead + length;
            if (message.Count >= MessageHead && message.Count >= MessageHead + ((message[1] << 16) | (message[2] << 8) | message[3]))
                break;
        }
        var spread = new List<byte>();
        for (var at = 0; at < message.Count;)
        {
            var size = Math.Min(Math.Max(sizeOf(message.Count - at), 3), message.Count - at);
            spread.AddRange([22, 3, 1, (byte)(size >> 8), (byte)size]);
            spread.AddRange(message.GetRange(at, size));
            at += size;
        }
        return [.. spread];
    }

    private static string Shown(ClientHello? hello) => hello is null ? "none"
        : $"{hello.ServerName} {string.Join(',', hello.Protocols.Select(Convert.ToHexString))} {hello.IsEncrypted} {hello.Shape:x}";

    private static byte[] Hello(byte[]? extensions)
    {
        byte[] body =
        [
            3, 3, .. new byte[32], 0, 0, 6, 0x1A, 0x1A, 0x13, 1, 0xC0, 0x2F, 1, 0,
            .. extensions is null ? [] : (byte[])[(byte)(extensions.Length >> 8), (byte)extensions.Length, .. extensions],
        ];
        byte[] message = [1, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body];
        return [22, 3, 1, (byte)(message.Length >> 8), (byte)message.Length, .. message];
    }

    private static byte[] Extension(int type, byte[] body) => [(byte)(type >> 8), (byte)type, (byte)(body.Length >> 8), (byte)body.Length, .. body];
}

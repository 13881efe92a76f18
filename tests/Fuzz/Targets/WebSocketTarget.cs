using System.IO.Compression;
using System.Text.Unicode;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Fuzz.Oracles;
using K8sRecorder.Sidecar.Parse.WebSocket;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>
/// One direction of a WebSocket. The first byte says whose it is, whether each compressed message begins anew, and whether the payloads of messages
/// are compressed here first. Frames are the same for any split and as a slow reading of RFC 6455 has them; what was compressed comes back.
/// </summary>
internal sealed class WebSocketTarget : FuzzTarget
{
    private const int MostOut = 8 << 20;

    public override string Name => "websocket";

    public override string Subject => "FrameParser, FrameRules, FrameMask, Utf8Check, MessageInflater";

    public override int MaxLength => 16 * 1024;

    public override IEnumerable<string> Dictionary => ["\u0081", "\u00c1", "\u0001", "\u0080\u0000", "\u0089\u0000", "\u008a\u0080", "\u0088\u0002", "~\u0001\u0000", "\u007f\0\0\0\0\0\0\0", "\u00fe", "\u00ff\u0080"];

    public override IEnumerable<byte[]> Seeds() =>
    [
        [0, 0x81, 5, .. "Hello"u8, 0x01, 3, .. "Hel"u8, 0x89, 5, .. "Hello"u8, 0x80, 2, .. "lo"u8, 0x82, 126, 1, 0, .. new byte[256], 0x88, 2, 3, 0xe8],
        [1, 0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58, 0x8a, 0x80, 1, 2, 3, 4],
        [0, 0xc1, 7, 0xf2, 0x48, 0xcd, 0xc9, 0xc9, 7, 0, 0xc1, 5, 0xf2, 0, 0x11, 0, 0, 0xc1, 8, 0xf3, 0x48, 0xcd, 0xc9, 0xc9, 7, 0, 0, 0xc1, 1, 0],
        [2, 0x41, 3, 0xf2, 0x48, 0xcd, 0x80, 4, 0xc9, 0xc9, 7, 0],
        [4, 0x81, 5, .. "Hello"u8, 0x82, 3, .. "abc"u8, 0x81, 5, .. "Hello"u8],
        [0, 0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3],
        [0, 0x81, 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, .. "Gr\u00fc\u00df"u8],
    ];

    // the inflater's window and its buffer
    public override long AllocationLimit(int length) => 4 << 20;

    public override TimeSpan TimeLimit(int length) => TimeSpan.FromSeconds(2);

    public override void Run(byte[] input, Measure measure)
    {
        if (input.Length == 0)
            return;
        var bytes = input[1..];
        measure.Begin();
        Count(bytes);
        measure.End();
        var whole = Read([bytes]);
        var slow = SlowFrames.Read(bytes);
        if (whole.Count != slow.Count || !whole.Zip(slow).All(pair => Same(pair.First, pair.Second)))
            throw new OracleException("as RFC 6455 has it", $"{whole.Count} frames, {slow.Count} frames");
        foreach (var way in Splits.Ways(bytes))
        {
            var pieces = new List<ReadOnlyMemory<byte>>();
            Splits.Feed(bytes, way, pieces.Add);
            var split = Read(pieces);
            if (split.Count != whole.Count || !split.Zip(whole).All(pair => Same(pair.First, pair.Second)))
                throw new OracleException("any split", $"{way}: {split.Count} frames, {whole.Count} frames");
        }
        var forgets = (input[0] & 2) != 0;
        if ((input[0] & 4) != 0)
            ComesBack(whole.Select(frame => frame.Payload), forgets);
        else
            Follow(whole, isFromAgent: (input[0] & 1) != 0, forgets);
    }

    /// <summary>Nothing is allocated on the way.</summary>
    private static void Count(ReadOnlySpan<byte> bytes)
    {
        var parser = new FrameParser();
        var rules = new FrameRules(isFromAgent: true, compresses: true);
        while (bytes.Length > 0)
        {
            bytes = bytes[parser.Take(bytes, out var piece)..];
            if (piece.Begins)
                _ = rules.Begin(parser.Header);
        }
    }

    private static List<(byte First, byte[] Payload, bool IsWhole)> Read(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var parser = new FrameParser();
        var frames = new List<(byte, byte[], bool)>();
        var payload = new List<byte>();
        foreach (var bytes in pieces)
        {
            for (var rest = bytes; rest.Length > 0;)
            {
                var taken = parser.Take(rest.Span, out var piece);
                if (taken <= 0 || taken > rest.Length || piece.DataAt + piece.DataLength > taken)
                    throw new OracleException("what is taken is there", $"{taken} of {rest.Length}, {piece}");
                if (piece.Begins)
                {
                    payload.Clear();
                    frames.Add((parser.HeaderBytes[0], [], false));
                }
                var clear = new byte[piece.DataLength];
                FrameMask.Undo(rest.Span.Slice(piece.DataAt, piece.DataLength), clear, parser.Header.Mask, piece.DataOffset);
                payload.AddRange(clear);
                if (piece.Begins || piece.DataLength > 0 || piece.Ends)
                    frames[^1] = (frames[^1].Item1, [.. payload], piece.Ends);
                rest = rest[taken..];
            }
        }
        return frames;
    }

    /// <summary>Messages as the relay follows them, to the first frame against the rules: inflated, and told whether they are text.</summary>
    private static void Follow(List<(byte First, byte[] Payload, bool IsWhole)> frames, bool isFromAgent, bool forgets)
    {
        var rules = new FrameRules(isFromAgent, compresses: true);
        using var inflater = new MessageInflater(forgets);
        var isDeflated = false;
        var inflated = 0L;
        foreach (var (first, payload, isWhole) in frames)
        {
            var header = new FrameHeader(first >= 0x80, (first >> 4) & 7, first & 15, isFromAgent, 1, payload.Length);
            if (!isWhole || rules.Begin(header) is not null)
                return;
            if (header.IsControl)
                continue;
            if (header.Opcode != FrameHeader.Continuation)
            {
                isDeflated = header.Reserved != 0;
                if (isDeflated)
                    inflater.Begin();
            }
            CheckText(payload);
            if (!isDeflated)
                continue;
            if (!inflater.CanBegin)
                return;
            inflated += Inflate(inflater, payload, header.IsFinal, null);
            if (inflated > MostOut && inflated / 1000 > payload.Length + (1 << 20))
                throw new OracleException("a bomb is cut", $"{inflated} bytes");
            if (header.IsFinal)
                inflater.EndMessage();
        }
    }

    private static void ComesBack(IEnumerable<byte[]> messages, bool forgets)
    {
        using var inflater = new MessageInflater(forgets);
        using var coded = new MemoryStream();
        DeflateStream? deflate = null;
        foreach (var message in messages)
        {
            deflate = forgets ? null : deflate;
            deflate ??= new DeflateStream(coded, CompressionLevel.Fastest, leaveOpen: true);
            coded.SetLength(0);
            deflate.Write(message);
            deflate.Flush();
            var bytes = coded.ToArray();
            inflater.Begin();
            var clear = new List<byte>();
            Inflate(inflater, bytes.AsSpan().EndsWith<byte>([0, 0, 0xff, 0xff]) ? bytes[..^4] : [0], isLast: true, clear);
            inflater.EndMessage();
            if (!inflater.CanBegin || !clear.ToArray().AsSpan().SequenceEqual(message))
                throw new OracleException("what is compressed comes back", $"{clear.Count} of {message.Length} bytes");
        }
        deflate?.Dispose();
    }

    private static long Inflate(MessageInflater inflater, byte[] payload, bool isLast, List<byte>? clear)
    {
        var all = 0L;
        for (var at = 0; at < payload.Length || at == 0; at += 997)
        {
            var piece = payload.AsMemory(at, Math.Min(997, payload.Length - at));
            if (isLast && at + 997 >= payload.Length)
                inflater.ExpectLast();
            inflater.Push(piece);
            var buffer = new byte[4096];
            while (inflater.TryRead(buffer, out var length) && length > 0)
            {
                all += length;
                clear?.AddRange(buffer.AsSpan(0, length));
            }
        }
        return all;
    }

    private static void CheckText(byte[] text)
    {
        var whole = new Utf8Check();
        whole.Push(text);
        var split = new Utf8Check();
        Splits.Feed(text, "bytes", piece => split.Push(piece.Span));
        var pieces = new Utf8Check();
        Splits.Feed(text, "pieces", piece => pieces.Push(piece.Span));
        var isValid = Utf8.IsValid(text);
        if (whole.IsWhole != isValid || split.IsWhole != isValid || pieces.IsWhole != isValid || whole.IsBroken != split.IsBroken)
            throw new OracleException("UTF-8 is what the platform takes for it", $"{isValid}: {whole.IsWhole} {split.IsWhole} {pieces.IsWhole}");
    }

    private static bool Same((byte First, byte[] Payload, bool IsWhole) one, (byte First, byte[] Payload, bool IsWhole) other) =>
        one.First == other.First && one.IsWhole == other.IsWhole && one.Payload.AsSpan().SequenceEqual(other.Payload);
}

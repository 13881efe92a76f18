using System.IO.Compression;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Sidecar.Mask;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>
/// Content codings undone as the bytes pass. The first byte says which coding, and whether the rest is coded bytes or plain bytes that are
/// coded here first. What comes out in pieces is what the platform's stream gives of the whole; it is bounded.
/// </summary>
internal sealed class DecoderTarget : FuzzTarget
{
    private const int MostOut = 8 << 20;

    public override string Name => "decoder";

    public override string Subject => "ContentDecoder: gzip, deflate, br";

    public override int MaxLength => 16 * 1024;

    public override IEnumerable<byte[]> Seeds()
    {
        byte[] plain = [.. "hello hello hello hello "u8, .. new byte[200]];
        for (var coding = 0; coding < 4; coding++)
        {
            yield return [(byte)coding, .. Coded(coding, plain)];
            yield return [(byte)(coding | 4), .. plain];
        }

        // Two members, and an empty one.
        yield return [0, .. Coded(0, plain), .. Coded(0, []), .. Coded(0, plain)];
    }

    // The inflater's window and the reader's buffer, not what comes out.
    public override long AllocationLimit(int length) => 4 << 20;

    public override TimeSpan TimeLimit(int length) => TimeSpan.FromSeconds(2);

    public override void Run(byte[] input, Measure measure)
    {
        if (input.Length == 0)
            return;
        var coding = input[0] & 3;
        var isPlain = (input[0] & 4) != 0;
        var coded = isPlain ? Coded(coding, input[1..]) : input[1..];
        measure.Begin();
        Decode(coding, [coded], Stream.Null);
        measure.End();
        var whole = Decode(coding, [coded]);
        if (isPlain && (!whole.IsSound || !whole.Clear.AsSpan().SequenceEqual(input.AsSpan(1))))
            throw new OracleException("what is coded comes back", $"{whole.IsSound}, {whole.Clear.Length} bytes of {input.Length - 1}");
        if (whole.Clear.Length > MostOut && whole.Clear.Length / 1000 > coded.Length + (1 << 20))
            throw new OracleException("a bomb is cut", $"{whole.Clear.Length} bytes out of {coded.Length}");
        foreach (var way in Splits.Ways(coded))
        {
            var pieces = new List<ReadOnlyMemory<byte>>();
            Splits.Feed(coded, way, pieces.Add);
            var split = Decode(coding, pieces);
            // Where it breaks, some more or fewer of the bytes before may have come out.
            if (split.IsSound != whole.IsSound || (whole.IsSound && !split.Clear.AsSpan().SequenceEqual(whole.Clear)))
                throw new OracleException("any split", $"{way}: {split.IsSound} {split.Clear.Length} whole: {whole.IsSound} {whole.Clear.Length}");
            if (!whole.IsSound && !split.Clear.AsSpan().StartsWith(whole.Clear) && !whole.Clear.AsSpan().StartsWith(split.Clear))
                throw new OracleException("broken any split", $"{way}: {split.Clear.Length} whole: {whole.Clear.Length}");
        }

        if (whole.IsSound && Reference(coding, coded) is { } reference && !reference.AsSpan().SequenceEqual(whole.Clear))
            throw new OracleException("as the platform decodes", $"{whole.Clear.Length} bytes, the platform {reference.Length}");
    }

    private static (bool IsSound, byte[] Clear) Decode(int coding, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using var clear = new MemoryStream();
        return (Decode(coding, pieces, clear), clear.ToArray());
    }

    private static bool Decode(int coding, IEnumerable<ReadOnlyMemory<byte>> pieces, Stream clear)
    {
        using var decoder = ContentDecoder.Open(coding switch { 0 => "gzip", 3 => "br", _ => "deflate" });
        var buffer = new byte[4096];
        var room = (long)MostOut;
        foreach (var piece in pieces)
        {
            decoder.Push(piece);
            if (!TryReadAll(decoder, buffer, ref room, clear))
                return false;
        }

        decoder.End();
        return TryReadAll(decoder, buffer, ref room, clear);
    }

    private static bool TryReadAll(ContentDecoder decoder, byte[] buffer, ref long room, Stream clear)
    {
        while (room >= 0)
        {
            if (!decoder.TryRead(buffer, out var length))
                return false;
            if (length == 0)
                return true;
            clear.Write(buffer, 0, length);
            room -= length;
        }

        return false;
    }

    private static byte[] Coded(int coding, byte[] plain)
    {
        using var coded = new MemoryStream();
        using (Stream encoder = coding switch
        {
            0 => new GZipStream(coded, CompressionLevel.Fastest, leaveOpen: true),
            1 => new ZLibStream(coded, CompressionLevel.Fastest, leaveOpen: true),
            2 => new DeflateStream(coded, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BrotliStream(coded, CompressionLevel.Fastest, leaveOpen: true),
        })
            encoder.Write(plain);
        return coded.ToArray();
    }

    /// <summary>All of it by the platform's stream; null where it refuses.</summary>
    private static byte[]? Reference(int coding, byte[] coded)
    {
        try
        {
            using var source = new MemoryStream(coded);
            using Stream decoder = coding switch
            {
                0 => new GZipStream(source, CompressionMode.Decompress),
                3 => new BrotliStream(source, CompressionMode.Decompress),
                _ when coded.Length > 0 && (coded[0] & 0x0f) == 8 => new ZLibStream(source, CompressionMode.Decompress),
                _ => new DeflateStream(source, CompressionMode.Decompress),
            };
            using var clear = new MemoryStream();
            decoder.CopyTo(clear);
            return clear.ToArray();
        }
        catch (Exception refused) when (refused is InvalidDataException or IOException or InvalidOperationException)
        {
            return null;
        }
    }
}

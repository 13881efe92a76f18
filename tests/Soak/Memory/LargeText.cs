using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace K8sRecorder.Soak.Memory;

/// <summary>
/// Text of any length that never repeats and holds no secret: words from a small list, a number in every line. The same text for the same
/// name, made as it is asked for.
/// </summary>
internal sealed class LargeText
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockBytes = 64 << 10;

    private const int LineBytes = 512;
    private const int NumberDigits = 12;

    private readonly byte[] _block = new byte[BlockBytes];
    private long _line;

    public LargeText(int seed)
    {
        var random = new Random(seed);
        var words = Enumerable.Range(0, 512).Select(_ => Word(random)).ToArray();
        _line = (long)seed << 32;
        for (var at = 0; at < BlockBytes; at += LineBytes)
        {
            var line = _block.AsSpan(at, LineBytes);
            line.Fill((byte)' ');
            line[^1] = (byte)'\n';
            for (var from = NumberDigits + 1; ;)
            {
                var word = words[random.Next(words.Length)];
                if (from + word.Length >= LineBytes)
                    break;
                word.CopyTo(line[from..]);
                from += word.Length + 1;
            }
        }
    }

    /// <summary>The next block; the caller's until the next call.</summary>
    public ReadOnlyMemory<byte> Next()
    {
        for (var at = 0; at < BlockBytes; at += LineBytes)
            (_line++).TryFormat(_block.AsSpan(at, NumberDigits), out _, "x12", CultureInfo.InvariantCulture);
        return _block;
    }

    /// <summary>SHA-256 of the first bytes of a text.</summary>
    public static byte[] Digest(int seed, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var text = new LargeText(seed);
        for (var left = length; left > 0; left -= BlockBytes)
            hash.AppendData(text.Next().Span[..(int)Math.Min(left, BlockBytes)]);
        return hash.GetHashAndReset();
    }

    /// <summary>Gzip of the first bytes of a text, piece by piece.</summary>
    public static async Task GzipAsync(int seed, long length, Stream to, CancellationToken ct)
    {
        await using var gzip = new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true);
        var text = new LargeText(seed);
        for (var left = length; left > 0; left -= BlockBytes)
            await gzip.WriteAsync(text.Next()[..(int)Math.Min(left, BlockBytes)], ct);
    }

    private static byte[] Word(Random random) =>
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, random.Next(3, 10)).Select(_ => (char)('a' + random.Next(26)))));
}

using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using K8sRecorder.Sidecar.Mask;

namespace K8sRecorder.Sidecar.Tests.Mask;

/// <summary>Messages of gRPC are inflated each for itself, however they are cut; what is none is not guessed at.</summary>
public sealed class EnvelopeDecoderTests
{
    [Fact]
    public void Messages_are_read_in_any_split()
    {
        var large = string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i} "));
        byte[] coded = [.. Plain("one"), .. Gzip("two"), .. Plain(""), .. Gzip(""), .. Gzip(large), .. Plain("end", flags: 0x80)];
        var expected = $"{Head(0, 3)}one{Head(1, Gzip("two").Length - 5)}two{Head(0, 0)}{Head(1, Gzip("").Length - 5)}{Head(1, Gzip(large).Length - 5)}{large}{Head(0x80, 3)}end";
        foreach (var size in new[] { 1, 2, 3, 4, 5, 6, 7, 100, coded.Length })
            Assert.Equal((true, expected), Decode("gzip", coded, size));
    }

    [Theory]
    [InlineData(new byte[] { 1, 0, 0, 0, 3, 1, 2, 3 })] // compressed, it says
    [InlineData(new byte[] { 0, 0, 0, 0, 1, 9, 4, 0, 0, 0, 0 })] // flags that nobody knows
    public void What_is_no_envelope_is_not_read(byte[] coded) => Assert.False(Decode("gzip", coded, coded.Length).IsSound);

    [Fact]
    public void Message_that_grows_beyond_measure_is_not_read()
    {
        using var brotli = new MemoryStream();
        using (var encoder = new BrotliStream(brotli, CompressionLevel.Optimal, leaveOpen: true))
            encoder.Write(new byte[64 << 20]);
        Assert.False(Decode("br", Envelope(1, brotli.ToArray()), 4096).IsSound);
    }

    private static (bool IsSound, string Clear) Decode(string coding, byte[] coded, int size)
    {
        using var decoder = new EnvelopeDecoder(coding);
        using var clear = new MemoryStream();
        var buffer = new byte[1000];
        for (var at = 0; at < coded.Length; at += size)
        {
            decoder.Push(coded.AsMemory(at, Math.Min(size, coded.Length - at)));
            while (true)
            {
                if (!decoder.TryRead(buffer, out var length))
                    return (false, "");
                if (length == 0)
                    break;
                clear.Write(buffer, 0, length);
            }
        }
        return (true, Encoding.Latin1.GetString(clear.ToArray()));
    }

    private static string Head(byte flags, int length) => Encoding.Latin1.GetString(Envelope(flags, new byte[length])[..5]);

    private static byte[] Plain(string text, byte flags = 0) => Envelope(flags, Encoding.Latin1.GetBytes(text));

    private static byte[] Gzip(string text)
    {
        using var coded = new MemoryStream();
        using (var encoder = new GZipStream(coded, CompressionLevel.Optimal, leaveOpen: true))
            encoder.Write(Encoding.Latin1.GetBytes(text));
        if (coded.Length == 0)
            return Envelope(1, Convert.FromHexString("1F8B080000000000000303000000000000000000")); // it writes nothing for nothing
        return Envelope(1, coded.ToArray());
    }

    private static byte[] Envelope(byte flags, byte[] message)
    {
        var bytes = new byte[5 + message.Length];
        bytes[0] = flags;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), message.Length);
        message.CopyTo(bytes, 5);
        return bytes;
    }
}

using System.Text;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Sidecar.Tests.Http1;

/// <summary>Chunked framing: which bytes are the body's, the same however they arrive, and strict.</summary>
public sealed class ChunkedFramingTests
{
    [Theory]
    [InlineData("3\r\nabc\r\n0\r\n", "abc", "LastChunk")]
    [InlineData("A\r\n0123456789\r\n00005;ext=\"1;2\";x\r\nhello\r\n0;last\r\n", "0123456789hello", "LastChunk")]
    [InlineData("3 \t;a\r\nabc\r\n2  \r\nde\r\n000\r\n", "abcde", "LastChunk")]
    [InlineData("3\r\na\n\r\r\n", "a\n\r", "NeedMore")]
    [InlineData("5\r\nab", "ab", "NeedMore")]
    [InlineData("", "", "NeedMore")]
    [InlineData("3\nabc\r\n", "", "Invalid")]
    [InlineData("3\r\nabcd\r\n", "abc", "Invalid")]
    [InlineData("3\r\nabc\n0\r\n", "abc", "Invalid")]
    [InlineData("-3\r\nabc\r\n", "", "Invalid")]
    [InlineData("+3\r\nabc\r\n", "", "Invalid")]
    [InlineData("0x3\r\nabc\r\n", "", "Invalid")]
    [InlineData(" 3\r\nabc\r\n", "", "Invalid")]
    [InlineData("\r\nabc\r\n", "", "Invalid")]
    [InlineData("g\r\n", "", "Invalid")]
    [InlineData(";x\r\n", "", "Invalid")]
    [InlineData("3_\r\nabc\r\n", "", "Invalid")]
    [InlineData("3;ext\nabc\r\n", "", "Invalid")]
    [InlineData("3;ext\rabc\r\n", "", "Invalid")]
    [InlineData("3;e\0\r\nabc\r\n", "", "Invalid")]
    [InlineData("3 4\r\nabc\r\n", "", "Invalid")]
    [InlineData("ffffffffffffffff\r\n", "", "Invalid")]
    [InlineData("0000000000000003\r\nabc\r\n", "", "Invalid")]
    public void Framing_is_read_the_same_at_every_split(string text, string data, string end)
    {
        var bytes = Encoding.Latin1.GetBytes(text);

        Assert.Equal((data, end), Read(bytes, []));
        for (var split = 0; split <= bytes.Length; split++)
            Assert.Equal((data, end), Read(bytes, [split]));
        Assert.Equal((data, end), Read(bytes, [.. Enumerable.Range(0, bytes.Length)]));
    }

    /// <summary>What stands behind a size is in no record: an agent may write nothing there.</summary>
    [Theory]
    [InlineData("3;x\r\nabc\r\n", "", "Invalid")]
    [InlineData("3 \r\nabc\r\n", "", "Invalid")]
    [InlineData("3\r\nabc\r\n0;x\r\n", "abc", "Invalid")]
    [InlineData("003\r\nabc\r\n0\r\n", "abc", "LastChunk")]
    public void Size_of_an_agents_chunk_stands_alone(string text, string data, string end)
    {
        var bytes = Encoding.Latin1.GetBytes(text);

        for (var split = 0; split <= bytes.Length; split++)
            Assert.Equal((data, end), Read(bytes, [split], isPlain: true));
    }

    [Theory]
    [InlineData(' ')]
    [InlineData('x')]
    public void Chunk_line_is_bounded(char filler)
    {
        var line = "3;"u8.ToArray().Concat(Enumerable.Repeat((byte)filler, Http1Limits.ChunkLine)).ToArray();

        Assert.Equal(("", "Invalid"), Read(line, []));
        Assert.Equal(("", "Invalid"), Read(line, [.. Enumerable.Range(0, line.Length)]));
    }

    [Fact]
    public void What_follows_the_last_chunk_is_left()
    {
        var framing = new ChunkedFraming();

        Assert.Equal(ChunkedStep.LastChunk, framing.Next("0\r\nX: y\r\n\r\n"u8, out var taken, out var data));
        Assert.Equal((3, 0), (taken, data));
    }

    /// <summary>The data and the last step, the bytes given in pieces that end at the given places.</summary>
    private static (string Data, string End) Read(byte[] bytes, int[] ends, bool isPlain = false)
    {
        var framing = new ChunkedFraming(isPlain);
        var data = new StringBuilder();
        var at = 0;
        var step = ChunkedStep.NeedMore;
        foreach (var end in ends.Append(bytes.Length))
        {
            do
            {
                step = framing.Next(bytes.AsSpan(at, end - at), out var taken, out var length);
                data.Append(Encoding.Latin1.GetString(bytes, at + taken - length, length));
                at += taken;
            }
            while (step == ChunkedStep.Data);
            if (step != ChunkedStep.NeedMore)
                break;
        }
        return (data.ToString(), step.ToString());
    }
}

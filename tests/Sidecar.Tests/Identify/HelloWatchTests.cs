using System.Text;
using K8sRecorder.Sidecar.Identify;

namespace K8sRecorder.Sidecar.Tests.Identify;

/// <summary>TLS that begins in the middle of a connection is seen where it begins, and nothing else is taken for it.</summary>
public sealed class HelloWatchTests
{
    private static readonly byte[] Hello = [22, 3, 1, 0, 100, 1, 0, 0, 96, 3, 3, .. new byte[94]];

    [Fact]
    public void Hello_after_an_answer_is_seen_however_few_bytes_come_at_a_time()
    {
        for (var size = 1; size <= Hello.Length; size++)
        {
            var watch = new HelloWatch();
            Assert.False(watch.Sees("STARTTLS\r\n"u8));
            watch.NoteAnswer();
            var seen = 0;
            foreach (var piece in Hello.Chunk(size))
            {
                seen += piece.Length;
                if (watch.Sees(piece))
                    break;
                Assert.True(seen < 11, $"pieces of {size}");
            }
            Assert.True(seen <= Math.Max(size, 10 + size));
        }
    }

    [Fact]
    public void Hello_that_is_sent_at_once_or_behind_what_MySQL_asks_with_is_seen()
    {
        var watch = new HelloWatch();
        Assert.False(watch.Sees("without waiting for an answer"u8));
        Assert.True(watch.Sees(Hello));
        Assert.True(new HelloWatch().Sees([32, 0, 0, 1, .. new byte[32], .. Hello]));
    }

    [Theory]
    [InlineData("\x16\x3\x1\0\x64\x2\0\0\x60\x3\x3")] // a ServerHello
    [InlineData("\x16\x3\x1\0\x64\x1\0\0\x60\x3\x9")]
    [InlineData("\x16\x3\x1\0\0\x1\0\0\x60\x3\x3")]
    [InlineData("\x16\x3\x1\xff\xff\x1\0\0\x60\x3\x3")]
    [InlineData("\x16\x3\x1\0\x64\x1\xff\0\x60\x3\x3")]
    [InlineData("\x17\x3\x3\0\x64\x1\0\0\x60\x3\x3")]
    [InlineData("x\x16\x3\x1\0\x64\x1\0\0\x60\x3\x3")]
    public void What_is_none_is_not_taken_for_one(string sent)
    {
        var bytes = Encoding.Latin1.GetBytes(sent + new string('\0', 100));
        Assert.False(new HelloWatch().Sees(bytes));
        var slowly = new HelloWatch();
        foreach (var one in bytes)
            Assert.False(slowly.Sees([one]));
    }
}

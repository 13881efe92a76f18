using System.Text;
using Xunit.Abstractions;

namespace K8sRecorder.Integration.Hostile;

/// <summary>Bodies whose framing never ends or is none: refused, and whatever was forwarded is cut.</summary>
public sealed class FramingTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Body_framing_without_end_is_refused_and_forgotten()
    {
        await using var siege = await Siege.StartAsync(output);
        const string Chunked = "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

        foreach (var (start, block, answer) in new[]
        {
            (Chunked, "0", 400), (Chunked, "1", 400), (Chunked + "1;x=", "y", 400), (Chunked + "1;", "x=y;", 400),
            (Chunked + "0\r\n", "t: v\r\n", 431), (Chunked + "0\r\nt: ", "v", 431),
        })
        {
            var status = await HeadTests.OverflowAsync(siege, start, Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(block, 8192))), Scale.Of(16L << 20, 1L << 30));
            Assert.Equal((start, block, answer), (start, block, status));
        }

        await siege.EndAsync("body framing without end");
    }
}

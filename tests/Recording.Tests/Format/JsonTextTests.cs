using System.Text;
using System.Text.Json;
using K8sRecorder.Recording.Format;

namespace K8sRecorder.Recording.Tests.Format;

public class JsonTextTests
{
    [Fact]
    public void Only_quote_backslash_and_controls_are_escaped()
    {
        var text = string.Concat(Enumerable.Range(0, 0x180).Select(i => (char)i)) + "\u2028\ufeff\ufffe😀";
        using var written = new PooledBytes();
        JsonText.WriteString(written, text);
        var json = Encoding.UTF8.GetString(written.Span);
        Assert.Equal(text, JsonSerializer.Deserialize<string>(json));
        Assert.Equal(34, json.Count(c => c == '\\') - 1);
        Assert.Contains("\\u0000\\u0001", json, StringComparison.Ordinal);
        Assert.Contains("\\b\\t\\n\\u000b\\f\\r\\u000e", json, StringComparison.Ordinal);
        Assert.Contains("\u007f\u0080", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_comes_back_whatever_its_length_and_where_its_escapes_are()
    {
        var random = new Random(3);
        for (var round = 0; round < 500; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(0, 200)).Select(_ => Rune(random)));
            using var written = new PooledBytes();
            ContentLine.Write(written, round, Encoding.UTF8.GetBytes(text));
            Assert.Equal((byte)'\n', written.Span[^1]);
            Assert.Equal(1, written.Span.Count((byte)'\n'));
            using var line = JsonDocument.Parse(written.Memory);
            Assert.Equal(text, line.RootElement.GetProperty("text").GetString());
            Assert.Equal(round, line.RootElement.GetProperty("part").GetInt32());
        }
    }

    [Theory]
    [InlineData("ff")]
    [InlineData("c080")]
    [InlineData("eda080")]
    [InlineData("f4908080")]
    [InlineData("61e282")]
    public void Bytes_that_are_no_utf8_become_base64(string hex)
    {
        using var written = new PooledBytes();
        ContentLine.Write(written, 3, Convert.FromHexString(hex));
        Assert.Equal(
            $"{{\"part\":3,\"base64\":\"{Convert.ToBase64String(Convert.FromHexString(hex))}\"}}\n", Encoding.UTF8.GetString(written.Span));
    }

    [Fact]
    public void Times_have_milliseconds_and_zulu()
    {
        using var written = new PooledBytes();
        JsonText.WriteTime(written, new DateTimeOffset(2026, 11, 21, 11, 0, 0, 123, TimeSpan.FromHours(1)).AddTicks(9999));
        Assert.Equal("\"2026-11-21T10:00:00.123Z\"", Encoding.UTF8.GetString(written.Span));
    }

    private static string Rune(Random random) => random.Next(4) switch
    {
        0 => ((char)random.Next(0, 0x20)).ToString(),
        1 => "\\",
        2 => char.ConvertFromUtf32(random.Next(0x10000, 0x110000)),
        _ => ((char)random.Next(0x20, 0xd800)).ToString(),
    };
}

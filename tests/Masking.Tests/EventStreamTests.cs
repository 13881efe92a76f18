using System.Text;
using static K8sRecorder.Masking.Tests.Sample;

namespace K8sRecorder.Masking.Tests;

public sealed class EventStreamTests
{
    public static TheoryData<int> PositiveIndexes => [.. Enumerable.Range(0, DetectorExamples.Positives.Length)];

    public static TheoryData<string> Dialects => [.. EventStreams.Dialects];

    [Theory]
    [MemberData(nameof(PositiveIndexes))]
    public void Secret_spelt_over_deltas_is_masked_as_if_it_were_whole(int index)
    {
        var text = $"Take this: {DetectorExamples.Positives[index].Text} and go on.\nNext line.";
        var whole = Masked.Whole(text).Text;
        for (var size = 1; size <= 7; size++)
        {
            var dialect = EventStreams.Dialects[(index + size) % EventStreams.Dialects.Length];
            var stream = EventStreams.Spell(dialect, text, size);
            var result = Masked.Whole(stream, MaskingShape.EventStream);
            Assert.Equal(whole, EventStreams.Read(dialect, result.Text));
        }
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public void Every_dialect_is_put_together_however_split(string dialect)
    {
        var key = "sk-proj-" + Of(Base64Url, 40);
        var stream = EventStreams.Spell(dialect, $"It is {key}!", 5);
        var result = Masked.SameHoweverSplit(stream, MaskingShape.EventStream);
        Assert.Equal("It is [MASKED:openai-key]!", EventStreams.Read(dialect, result.Text));
        Assert.Single(result.Spans);
        Assert.Equal(Masked.Whole(key).Spans[0].Tag, result.Spans[0].Tag);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public void Stream_without_secrets_stays_byte_for_byte(string dialect)
    {
        var stream = EventStreams.Spell(dialect, "The quick brown \"fox\" jumps over sk- and passwords of the lazy dog.\n\ttoken: 12", 3);
        Assert.Equal(stream, Masked.SameHoweverSplit(stream, MaskingShape.EventStream).Text);
    }

    [Fact]
    public void Masked_stream_does_not_change_when_masked_again()
    {
        var once = Masked.Whole(EventStreams.Spell("openai-chat", $"a {Jwt()} b \"password\": \"hunter2x\" c", 4), MaskingShape.EventStream);
        Assert.Equal(2, once.Spans.Count);
        var twice = Masked.Whole(once.Text, MaskingShape.EventStream);
        Assert.Equal(once.Text, twice.Text);
        Assert.Empty(twice.Spans);
    }

    [Fact]
    public void Arguments_of_a_tool_call_are_unescaped_across_deltas()
    {
        var result = Masked.SameHoweverSplit(EventStreams.Spell("openai-tool", "{\"cmd\":\"login\",\"password\":\"hunt\\\"er2!\"}", 1), MaskingShape.EventStream);
        Assert.Equal("{\"cmd\":\"login\",\"password\":\"[MASKED:password-assignment]\"}", EventStreams.Read("openai-tool", result.Text));
    }

    [Fact]
    public void Parallel_texts_are_kept_apart()
    {
        var key = "ghp_" + Of(Alphanumeric, 36);
        var stream = new StringBuilder();
        for (var at = 0; at < key.Length; at += 4)
        {
            stream.Append($"data: {{\"choices\":[{{\"delta\":{{\"content\":\"{key.AsSpan(at, 4)}\"}},\"index\":0}}]}}\n\n");
            stream.Append("data: {\"choices\":[{\"delta\":{\"content\":\"zz zz\"},\"index\":1}]}\n\n");
        }

        var result = Masked.SameHoweverSplit(stream.ToString(), MaskingShape.EventStream);
        Assert.Equal("github-token", result.Detectors);
        Assert.Equal(stream.ToString().Split("zz zz").Length, result.Text.Split("zz zz").Length);
    }

    [Theory]
    [InlineData("id: ")]
    [InlineData(": ")]
    [InlineData("data: not json ")]
    [InlineData("data: {\"broken\": ")]
    public void Secret_within_one_line_is_found_whatever_the_line_is(string line)
    {
        var stream = line + "ghp_" + Of(Alphanumeric, 36) + "\n\ndata: {\"a\":1}\n\n";
        Assert.Equal(line + "[MASKED:github-token]\n\ndata: {\"a\":1}\n\n", Masked.SameHoweverSplit(stream, MaskingShape.EventStream).Text);
    }

    [Fact]
    public void Key_longer_than_is_waited_for_is_masked_to_its_end()
    {
        var text = "x " + Jwt()[..90] + Of(Base64Url, 4000) + " y";
        var stream = EventStreams.Spell("openai-chat", text, 2);
        var result = Masked.Whole(stream, MaskingShape.EventStream);
        Assert.Equal("x [MASKED:jwt] y", EventStreams.Read("openai-chat", result.Text).Replace("..", "."));
        Assert.Equal(result.Text, Masked.ByteByByte(stream, MaskingShape.EventStream).Text);
    }

    [Fact]
    public void Line_longer_than_is_waited_for_is_looked_through_alone()
    {
        var stream = "data: {\"text\":\"" + new string('z', 20_000) + " ghp_" + Of(Alphanumeric, 36) + "\"}\n\n" + EventStreams.Spell("gemini", "AKIA" + Of(Upper, 16) + " x", 3);
        var result = Masked.Whole(stream, MaskingShape.EventStream);
        Assert.Equal("github-token,aws-access-key", result.Detectors);
        Assert.Equal(result.Text, Masked.ByteByByte(stream, MaskingShape.EventStream).Text);
    }
}

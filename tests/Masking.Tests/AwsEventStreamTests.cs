using System.Text;
using static K8sRecorder.Masking.Tests.Sample;

namespace K8sRecorder.Masking.Tests;

public sealed class AwsEventStreamTests
{
    /// <summary>How much of a stream is waited for: what is longer is decided on what is there.</summary>
    private const int Wait = 16 * 1024;

    public static TheoryData<int> PositiveIndexes => [.. Enumerable.Range(0, DetectorExamples.Positives.Length)];

    public static TheoryData<string> Kinds => [.. AwsEventStreams.Kinds];

    [Theory]
    [MemberData(nameof(PositiveIndexes))]
    public void Secret_spelt_over_messages_is_masked_as_if_it_were_whole(int index)
    {
        var text = $"Take this: {DetectorExamples.Positives[index].Text} and go on.\nNext line.";
        for (var size = 1; size <= 7; size++)
        {
            var kind = AwsEventStreams.Kinds[(index + size) % AwsEventStreams.Kinds.Length];
            Check(text, AwsEventStreams.Spell(kind, text, size));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Secret_split_at_any_border_has_its_tag(string kind)
    {
        foreach (var text in new[] { $"It is sk-proj-{Of(Base64Url, 40)}!", $"{{\"path\":\"a\\b\",\"password\": \"hunt\\\"er2x{Of(Alphanumeric, 9)}\"}}", $"\u00e9 AKIA{Of(Upper, 16)} \u00e9" })
        {
            for (var at = 1; at < text.Length; at++)
                Check(text, AwsEventStreams.SplitAt(kind, text, at));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Stream_is_masked_alike_however_it_comes(string kind)
    {
        var stream = AwsEventStreams.Spell(kind, $"It is ghp_{Of(Alphanumeric, 36)} and {Jwt()}!", 3).Bytes;
        var whole = Masked.Bytes(stream, MaskingShape.AwsEventStream, stream.Length);
        Assert.Equal("github-token,jwt", whole.Detectors);
        foreach (var size in new[] { 1, 2, 7, 64, 199 })
        {
            var split = Masked.Bytes(stream, MaskingShape.AwsEventStream, size);
            Assert.Equal(whole.Text, split.Text);
            Assert.Equal(whole.Spans, split.Spans);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Stream_without_secrets_stays_byte_for_byte(string kind)
    {
        var stream = AwsEventStreams.Spell(kind, "The quick brown \"fox\" jumps over sk- and passwords of the lazy dog.\n\ttoken: 12", 3).Bytes;
        Assert.Equal(Encoding.Latin1.GetString(stream), Masked.Bytes(stream, MaskingShape.AwsEventStream, 11).Text);
    }

    [Fact]
    public void Base64_with_escapes_is_masked_to_its_end()
    {
        var key = "ghp_" + Of(Alphanumeric, 36);
        var stream = AwsEventStreams.Spell("invoke-escaped", key, 6).Bytes;
        var masked = Masked.Bytes(stream, MaskingShape.AwsEventStream, stream.Length);
        Assert.Equal(Masked.Whole(key).Spans[0].Tag, Assert.Single(masked.Spans).Tag);
        Assert.Equal(masked.Text, Masked.Bytes(stream, MaskingShape.AwsEventStream, 1).Text);
        foreach (var part in masked.Text.Split("\"bytes\":\"")[1..])
        {
            var run = part[..part.IndexOfAny(['"', '['])].Replace("\\u0065", "e", StringComparison.Ordinal);
            Assert.DoesNotContain("\"text\":", Encoding.ASCII.GetString(Convert.FromBase64String(run[..(run.Length / 4 * 4)])), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Message_longer_than_is_waited_for_is_looked_through_alone()
    {
        byte[] stream = [.. AwsEventStreams.Spell("text", new string('z', 40_000) + $" ghp_{Of(Alphanumeric, 36)} ", 41_000).Bytes, .. AwsEventStreams.Spell("invoke-text", $"AKIA{Of(Upper, 16)} x", 3).Bytes];
        var whole = Masked.Bytes(stream, MaskingShape.AwsEventStream, stream.Length);
        Assert.Equal("github-token,aws-access-key", whole.Detectors);
        Assert.Equal(whole.Text, Masked.Bytes(stream, MaskingShape.AwsEventStream, 1).Text);
    }

    [Theory]
    [InlineData("0000000F00000000")]
    [InlineData("00000010FFFFFFFF")]
    [InlineData("FFFFFFFF00000000")]
    [InlineData("FFFFFFFFFFFFFFEF")]
    public void Secret_within_what_is_no_stream_of_messages_is_found(string lengths)
    {
        byte[] stream = [.. Convert.FromHexString(lengths), 1, 2, 3, 4, .. Encoding.ASCII.GetBytes("{\"a\":\"" + new string('z', 20_000) + " ghp_" + Of(Alphanumeric, 36) + "\"}")];
        var whole = Masked.Bytes(stream, MaskingShape.AwsEventStream, stream.Length);
        Assert.Equal("github-token", whole.Detectors);
        Assert.Equal(whole.Text, Masked.Bytes(stream, MaskingShape.AwsEventStream, 1).Text);
    }

    private static void Check(string text, AwsEventStreams stream)
    {
        var alone = Masked.Whole(text);
        var result = Masked.Bytes(stream.Bytes, MaskingShape.AwsEventStream, int.MaxValue);
        if (stream.Bytes.Length > Wait)
        {
            Assert.NotEmpty(result.Spans);
            return;
        }

        Assert.Equal(alone.Spans.Select(s => (s.Detector, s.Tag)), result.Spans.Select(s => (s.Detector, s.Tag)));
        if (alone.Spans.Count != 1)
            return;
        var marker = $"[MASKED:{alone.Detectors}]";
        var start = alone.Text.IndexOf(marker, StringComparison.Ordinal);
        var end = text.Length - (alone.Text.Length - start - marker.Length);
        Assert.Equal(stream.Without(start, end, marker), result.Text);
    }
}

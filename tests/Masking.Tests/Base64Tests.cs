using System.Text;
using static K8sRecorder.Masking.Tests.Sample;

namespace K8sRecorder.Masking.Tests;

public sealed class Base64Tests
{
    private static readonly string Token = "ghp_" + Of(Alphanumeric, 36);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Secret_is_found_in_base64_at_every_alignment(int lead)
    {
        var clear = new string('x', 30 + lead) + " " + Token + " and more of it here";
        var wrapped = Convert.ToBase64String(Encoding.UTF8.GetBytes(clear));
        var result = Masked.SameHoweverSplit($"{{\"data\":\"data:text/plain;base64,{wrapped}\"}}", MaskingShape.Json);
        Assert.Equal("github-token", result.Detectors);
        Assert.Equal(Masked.Whole(Token).Spans[0].Tag, result.Spans[0].Tag);
        Assert.DoesNotContain(wrapped[52..90], result.Text, StringComparison.Ordinal);
        Assert.Equal(result.Text, Masked.Whole(result.Text, MaskingShape.Json).Text);
    }

    /// <summary>Both, wherever they stand in their groups, in a document or in one of many. Neighbours that share a group are one span.</summary>
    [Theory]
    [InlineData(0, " ", "github-token,aws-access-key")]
    [InlineData(1, " and, a little further on, ", "github-token,aws-access-key")]
    [InlineData(2, "\n", "github-token")]
    public void Two_secrets_in_one_run_are_masked(int lead, string between, string detectors)
    {
        var (one, other) = (Token, "AKIA" + Of(Upper, 16));
        var wrapped = Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('x', 30 + lead) + " " + one + between + other + " and more"));
        foreach (var (text, shape) in new[]
        {
            ($"{{\"delta\":\"{wrapped}\"}}", MaskingShape.Json),
            ($"{{\"delta\":\"{wrapped}\"}}\n", MaskingShape.EventStream),
            ($"data: {{\"delta\":\"{wrapped}\"}}\n\n", MaskingShape.EventStream),
        })
        {
            var result = Masked.SameHoweverSplit(text, shape);
            Assert.Equal(detectors, result.Detectors);
            var left = result.Text.Split(["{\"delta\":\"", "\"}", "data: ", "\n", "[MASKED:github-token]", "[MASKED:aws-access-key]"], StringSplitOptions.RemoveEmptyEntries);
            foreach (var run in left.SelectMany(run => Enumerable.Range(0, Math.Min(4, run.Length)).Select(skip => run[skip..])))
            {
                var clear = Encoding.Latin1.GetString(Convert.FromBase64String(run.TrimEnd('=')[..(run.TrimEnd('=').Length & ~3)]));
                for (var at = 4; at + 4 <= one.Length; at++)
                    Assert.DoesNotContain(one.Substring(at, 4), clear, StringComparison.Ordinal);
                for (var at = 4; at + 4 <= other.Length; at++)
                    Assert.DoesNotContain(other.Substring(at, 4), clear, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Secret_in_base64_of_base64_is_found()
    {
        var once = Convert.ToBase64String(Encoding.UTF8.GetBytes("the token is " + Token + "!"));
        var twice = Convert.ToBase64String(Encoding.UTF8.GetBytes(once));
        Assert.Equal("github-token", Masked.SameHoweverSplit(twice).Detectors);
        Assert.Equal("github-token", Masked.SameHoweverSplit(twice.Replace('+', '-').Replace('/', '_')).Detectors);
    }

    [Fact]
    public void Secret_far_inside_a_long_run_is_found()
    {
        var clear = string.Concat(Enumerable.Range(0, 3000).Select(i => $"line {i}\n")) + Token + "\nand the rest\n";
        var wrapped = "x: " + Convert.ToBase64String(Encoding.UTF8.GetBytes(clear)) + " end";
        var result = Masked.Whole(wrapped);
        Assert.Equal("github-token", result.Detectors);
        Assert.EndsWith(" end", result.Text, StringComparison.Ordinal);
        Assert.Equal(result.Text, Masked.ByteByByte(wrapped).Text);
    }

    [Fact]
    public void Run_that_holds_no_secret_stays()
    {
        var bytes = new byte[5000];
        new Random(5).NextBytes(bytes);
        var text = $"{{\"image\":\"{Convert.ToBase64String(bytes)}\",\"id\":\"5eb4223e-5008-46e5-be67-c7b8f2732305\"}}";
        Assert.Equal(text, Masked.Whole(text, MaskingShape.Json).Text);
    }
}

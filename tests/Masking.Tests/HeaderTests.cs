using System.Buffers;
using System.Text;
using static K8sRecorder.Masking.Tests.Sample;

namespace K8sRecorder.Masking.Tests;

public sealed class HeaderTests
{
    [Theory]
    [InlineData("Authorization", "Bearer abc", "Bearer [MASKED:header]")]
    [InlineData("authorization", "Basic dXNlcjpw", "Basic [MASKED:basic]")]
    [InlineData("Authorization", "s3cr3t in two words", "[MASKED:header]")]
    [InlineData("Authorization", "AWS4-HMAC-SHA256 Credential=x/y, Signature=z", "AWS4-HMAC-SHA256 [MASKED:header]")]
    [InlineData("Proxy-Authorization", "Digest username=\"a\"", "Digest [MASKED:header]")]
    [InlineData("X-Api-Key", "k", "[MASKED:header]")]
    [InlineData("x-goog-api-key", "", "")]
    [InlineData("X-Internal-Auth", "v", "[MASKED:header]")]
    [InlineData("Cookie", "a=b; c=d=e;f", "a=[MASKED:cookie]; c=[MASKED:cookie];[MASKED:cookie]")]
    [InlineData("Set-Cookie", "sid=abc; Path=/; HttpOnly", "sid=[MASKED:cookie]; Path=/; HttpOnly")]
    [InlineData("Content-Type", "application/json", "application/json")]
    [InlineData("Location", "https://u:passw0rd@h/", "https://u:[MASKED:url-password]@h/")]
    public void Header_is_masked(string name, string value, string expected)
    {
        Assert.Equal(expected, Mask(name, value, out _));
        Assert.Equal(expected, Mask(name, expected, out var spans));
        Assert.Empty(spans);
    }

    [Fact]
    public void Known_kind_in_a_header_keeps_its_name_and_tag()
    {
        var key = "sk-proj-" + Of(Base64Url, 60);
        Assert.Equal("Bearer [MASKED:openai-key]", Mask("Authorization", "Bearer " + key, out var spans));
        Assert.Equal(Masked.Whole(key).Spans[0].Tag, spans[0].Tag);
        Assert.Equal(7, spans[0].At);
    }

    [Fact]
    public void Known_kind_in_any_header_is_found()
    {
        var key = "ghp_" + Of(Alphanumeric, 36);
        Assert.Equal("token [MASKED:github-token]", Mask("X-Whatever", "token " + key, out _));
    }

    private static string Mask(string name, string value, out List<MaskedSpan> spans)
    {
        var engine = MaskingEngine.Create(new MaskingOptions { TagKey = Masked.Key, Headers = ["x-internal-auth"] });
        var output = new ArrayBufferWriter<byte>();
        spans = [];
        engine.MaskHeader(Encoding.ASCII.GetBytes(name), Encoding.UTF8.GetBytes(value), output, spans);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}

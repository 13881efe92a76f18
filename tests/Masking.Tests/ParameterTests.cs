using static K8sRecorder.Masking.Tests.Sample;

namespace K8sRecorder.Masking.Tests;

public sealed class ParameterTests
{
    [Theory]
    [InlineData("/v1/x?key=abc&y=1", "/v1/x?key=[MASKED:url-parameter]&y=1")]
    [InlineData("/x?a=1&api_key=abc#frag", "/x?a=1&api_key=[MASKED:url-parameter]#frag")]
    [InlineData("/x?API-KEY=abc", "/x?API-KEY=[MASKED:url-parameter]")]
    [InlineData("/x?X-Amz-Signature=0a1b&X-Amz-Security-Token=q%2Fw&X-Amz-Date=2", "/x?X-Amz-Signature=[MASKED:url-parameter]&X-Amz-Security-Token=[MASKED:url-parameter]&X-Amz-Date=2")]
    [InlineData("/cb#access_token=abc&state=1", "/cb#access_token=[MASKED:url-parameter]&state=1")]
    [InlineData("/cb?code=abc&tok%65n=x", "/cb?code=[MASKED:url-parameter]&tok%65n=[MASKED:url-parameter]")]
    [InlineData("/x?token=&b=2", "/x?token=&b=2")]
    [InlineData("/token/abc?keys=1&q=token", "/token/abc?keys=1&q=token")]
    [InlineData("https://u:passw0rd@h/x?sig=y", "https://u:[MASKED:url-password]@h/x?sig=[MASKED:url-parameter]")]
    public void Url_parameters_that_bear_secrets_are_masked(string target, string expected)
    {
        Assert.Equal(expected, Masked.SameHoweverSplit(target, MaskingShape.Url).Text);
        Assert.Equal(expected, Masked.SameHoweverSplit(expected, MaskingShape.Url).Text);
    }

    [Theory]
    [InlineData("grant_type=password&username=u&password=a+b%26c&x=1", "grant_type=password&username=u&password=[MASKED:form-field]&x=1")]
    [InlineData("client%5Fsecret=abc", "client%5Fsecret=[MASKED:form-field]")]
    [InlineData("note=token+is+here&key=v", "note=token+is+here&key=v")]
    [InlineData("json=%7B%22password%22%3A%22hunter2!%22%7D&b=c", "json=%7B%22password%22%3A%22[MASKED:password-assignment]%22%7D&b=c")]
    public void Form_fields_that_bear_secrets_are_masked(string form, string expected)
    {
        Assert.Equal(expected, Masked.SameHoweverSplit(form, MaskingShape.FormUrlEncoded).Text);
        Assert.Equal(expected, Masked.Whole(expected, MaskingShape.FormUrlEncoded).Text);
    }

    [Fact]
    public void Percent_encoded_secret_has_the_tag_of_the_plain_one()
    {
        var jwt = Jwt();
        var encoded = string.Concat(jwt.Select(c => $"%{(int)c:X2}"));
        var result = Masked.SameHoweverSplit("a=1&b=" + encoded, MaskingShape.FormUrlEncoded);
        Assert.Equal("a=1&b=[MASKED:jwt]", result.Text);
        Assert.Equal(Masked.Whole(jwt).Spans[0].Tag, result.Spans[0].Tag);
    }

    [Fact]
    public void Known_kind_in_a_telling_parameter_keeps_its_name_and_tag()
    {
        var key = "AIza" + Of(Base64Url, 35);
        var result = Masked.SameHoweverSplit("/v1beta/models?key=" + key, MaskingShape.Url);
        Assert.Equal("/v1beta/models?key=[MASKED:google-api-key]", result.Text);
        Assert.NotNull(result.Spans[0].Tag);
    }

    [Fact]
    public void Value_longer_than_is_waited_for_is_masked_to_its_end()
    {
        var form = "token=" + Of(Alphanumeric, 40_000) + "&x=1";
        var result = Masked.Whole(form, MaskingShape.FormUrlEncoded);
        Assert.Equal("token=[MASKED:form-field]&x=1", result.Text.Replace("secret-assignment", "form-field", StringComparison.Ordinal));
        Assert.Equal(result.Text, Masked.ByteByByte(form, MaskingShape.FormUrlEncoded).Text);
    }
}

using System.Text.Json.Nodes;
using static K8sRecorder.Masking.Tests.Sample;

namespace K8sRecorder.Masking.Tests;

public sealed class JsonTests
{
    public static TheoryData<int> PositiveIndexes => [.. Enumerable.Range(0, DetectorExamples.Positives.Length)];

    [Theory]
    [MemberData(nameof(PositiveIndexes))]
    public void Secret_in_a_string_is_masked_and_the_document_stays_json(int index)
    {
        var (_, text, secret) = DetectorExamples.Positives[index];
        var document = new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["content"] = $"Take this: {text} and go on.\n\"Next\" line." }) }.ToJsonString();
        var result = Masked.SameHoweverSplit(document, MaskingShape.Json);
        var content = (string)JsonNode.Parse(result.Text)!["messages"]![0]!["content"]!;
        Assert.Equal(Masked.Whole($"Take this: {text} and go on.\n\"Next\" line.").Text, content);
        Assert.DoesNotContain(secret, content, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(PositiveIndexes))]
    public void Secret_in_arguments_escaped_twice_is_masked(int index)
    {
        var (_, text, _) = DetectorExamples.Positives[index];
        var arguments = new JsonObject { ["cmd"] = $"run {text} now" }.ToJsonString();
        var document = new JsonObject { ["arguments"] = new JsonObject { ["inner"] = arguments }.ToJsonString() }.ToJsonString();
        var result = Masked.Whole(document, MaskingShape.Json);
        var inner = (string)JsonNode.Parse((string)JsonNode.Parse((string)JsonNode.Parse(result.Text)!["arguments"]!)!["inner"]!)!["cmd"]!;
        Assert.Equal(Masked.Whole($"run {text} now").Text, inner);
    }

    [Theory]
    [InlineData("{\"password\":\"hunter2!\"}", "{\"password\":\"[MASKED:password-assignment]\"}")]
    [InlineData("{\"password\":\"hun\\\"ter2\\\\\",\"x\":1}", "{\"password\":\"[MASKED:password-assignment]\",\"x\":1}")]
    [InlineData("{ \"password\" : \"a\\u0062c\\/def\" }", "{ \"password\" : \"[MASKED:password-assignment]\" }")]
    [InlineData("{\"a\":\"\\\"password\\\":\\\"hunter2!\\\"\"}", "{\"a\":\"\\\"password\\\":\\\"[MASKED:password-assignment]\\\"\"}")]
    [InlineData("{\"card\":4111111111111111,\"n\":1}", "{\"card\":\"[MASKED:credit-card]\",\"n\":1}")]
    [InlineData("{\"card\":\"no, 4111111111111111, yes\"}", "{\"card\":\"no, [MASKED:credit-card], yes\"}")]
    [InlineData("[4111111111111111]", "[\"[MASKED:credit-card]\"]")]
    [InlineData("[ -4111111111111111,\"-4111111111111111\"]", "[ \"[MASKED:credit-card]\",\"-[MASKED:credit-card]\"]")]
    [InlineData("-4111111111111111", "\"[MASKED:credit-card]\"")]
    [InlineData("4111111111111111", "\"[MASKED:credit-card]\"")]
    [InlineData("\n 4111111111111111 ", "\n \"[MASKED:credit-card]\" ")]
    public void Value_alone_is_masked(string document, string expected)
    {
        var result = Masked.SameHoweverSplit(document, MaskingShape.Json);
        Assert.Equal(expected, result.Text);
        Assert.NotNull(JsonNode.Parse(result.Text));
        Assert.Equal(expected, Masked.Whole(result.Text, MaskingShape.Json).Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    public void Number_behind_many_blanks_gets_its_quotes_however_split(string before)
    {
        var blanks = new string(' ', 900);
        var result = Masked.SameHoweverSplit($"{before}{blanks}4111111111111111", MaskingShape.Json);
        Assert.Equal($"{before}{blanks}\"[MASKED:credit-card]\"", result.Text);
    }

    [Fact]
    public void Secret_written_in_escapes_has_the_tag_of_the_plain_one()
    {
        var key = "sk-proj-" + Of(Alphanumeric, 40);
        var escaped = string.Concat(key.Select(c => $"\\u{(int)c:x4}"));
        var result = Masked.SameHoweverSplit($"{{\"k\":\"{escaped}\"}}", MaskingShape.Json);
        Assert.Equal("{\"k\":\"[MASKED:openai-key]\"}", result.Text);
        Assert.Equal(Masked.Whole(key).Spans[0].Tag, result.Spans[0].Tag);
    }

    [Theory]
    [InlineData("$.user.ssn", "{\"user\":{\"ssn\":\"1-2\",\"x\":\"y\"},\"ssn\":\"k\"}", "{\"user\":{\"ssn\":\"#\",\"x\":\"y\"},\"ssn\":\"k\"}")]
    [InlineData("$.users[*].ssn", "{\"users\":[{\"ssn\":12},{\"ssn\":null},{\"n\":3}]}", "{\"users\":[{\"ssn\":\"#\"},{\"ssn\":\"#\"},{\"n\":3}]}")]
    [InlineData("$.a[1]", "{\"a\":[1,{\"b\":[\"}\",2]},3]}", "{\"a\":[1,\"#\",3]}")]
    [InlineData("$.a", "{\"a\" : {\"b\":\"x\\\"}\"} , \"c\":1}", "{\"a\" : \"#\" , \"c\":1}")]
    [InlineData("$['a b'].*", "{\"a b\":{\"x\":true,\"y\":\"z\"}}", "{\"a b\":{\"x\":\"#\",\"y\":\"#\"}}")]
    [InlineData("$.\u00e9", "{\"\\u00e9\":\"v\"}", "{\"\\u00e9\":\"#\"}")]
    [InlineData("$[*].a", "[{\"a\":1},{\"a\":2}]", "[{\"a\":\"#\"},{\"a\":\"#\"}]")]
    [InlineData("$.a.b", "{\"a\":[{\"b\":1}],\"b\":2}", "{\"a\":[{\"b\":1}],\"b\":2}")]
    [InlineData("$.a", "{\"a\":1}\n{\"a\":2}", "{\"a\":\"#\"}\n{\"a\":\"#\"}")]
    public void Path_of_the_policy_is_masked_whole(string path, string document, string expected)
    {
        var engine = MaskingEngine.Create(new MaskingOptions { JsonPaths = [path] });
        var result = Masked.SameHoweverSplit(document, MaskingShape.Json, engine);
        Assert.Equal(expected.Replace("#", "[MASKED:json-path]", StringComparison.Ordinal), result.Text);
        Assert.Equal(result.Text, Masked.Whole(result.Text, MaskingShape.Json, engine).Text);
    }

    [Fact]
    public void Value_at_a_path_longer_than_is_waited_for_is_masked_to_its_end()
    {
        var engine = MaskingEngine.Create(new MaskingOptions { JsonPaths = ["$.a"] });
        var document = "{\"a\":[\"" + new string('x', 30_000) + "\"],\"b\":1}";
        var result = Masked.Whole(document, MaskingShape.Json, engine);
        Assert.Equal("{\"a\":\"[MASKED:json-path]\",\"b\":1}", result.Text);
        Assert.Equal(result.Text, Masked.ByteByByte(document, MaskingShape.Json, engine).Text);
    }
}

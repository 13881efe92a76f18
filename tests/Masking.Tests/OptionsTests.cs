using static K8sRecorder.Masking.Tests.Sample;

namespace K8sRecorder.Masking.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void Every_problem_is_named_by_field()
    {
        var problems = MaskingEngine.Check(new MaskingOptions
        {
            Include = ["*", "no-such"],
            Exclude = ["nor-this/*"],
            Headers = ["x-ok", "bad header"],
            JsonPaths = ["$.ok", "user.ssn", "$..x"],
            TagGuessable = ["credit-card", "what"],
            TagKey = new byte[16],
            Rules =
            [
                new("Bad Name", "EMP-[0-9]{6}", 64), new("openai-key", "EMP-[0-9]{6}", 64), new("a", "[0-9]+", 64), new("b", "(?<=x)EMP-", 64),
                new("c", "EMP-(", 64), new("d", "EMP-[0-9]", 20_000), new("e", "(EMP-)?", 64), new("f", "EMP-", 64), new("f", "EMP-", 64),
            ],
        });
        Assert.Equal(
            [
                "detectors.include[1]", "detectors.exclude[0]", "tagGuessable[1]", "headers[1]", "rules[0].name", "rules[1].name", "rules[2].pattern",
                "rules[3].pattern", "rules[4].pattern", "rules[5].maxLength", "rules[6].pattern", "rules[6].pattern", "rules[8].name", "json[1]", "json[2]", "tagKey",
            ],
            problems.Select(p => p.Field));
        Assert.Throws<ArgumentException>(() => MaskingEngine.Create(new MaskingOptions { Include = ["no-such"] }));
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("openai-key", true)]
    [InlineData("ai", true)]
    [InlineData("ai/*", true)]
    [InlineData("open*", true)]
    [InlineData("vcs", false)]
    public void Detectors_are_picked_by_name_group_or_glob(string selector, bool isOn)
    {
        var key = "sk-proj-" + Of(Base64Url, 60);
        var included = MaskingEngine.Create(new MaskingOptions { Include = [selector] });
        Assert.Equal(isOn, Masked.Whole(key, engine: included).Spans.Count > 0);
        var excluded = MaskingEngine.Create(new MaskingOptions { Exclude = selector == "*" ? [] : [selector] });
        Assert.Equal(!isOn || selector == "*", Masked.Whole(key, engine: excluded).Spans.Count > 0);
    }

    [Fact]
    public void Guessable_kinds_are_tagged_only_where_the_policy_says_so()
    {
        Assert.Null(Masked.Whole("4111 1111 1111 1111").Spans[0].Tag);
        var engine = MaskingEngine.Create(new MaskingOptions { TagKey = Masked.Key, TagGuessable = ["credit-card"] });
        Assert.Matches("^[0-9a-hjkmnp-tv-z]{12}$", Masked.Whole("4111 1111 1111 1111", engine: engine).Spans[0].Tag);
    }

    [Fact]
    public void Tag_depends_on_the_secret_and_the_key_alone()
    {
        var key = "ghp_" + Of(Alphanumeric, 36);
        var other = MaskingEngine.Create(new MaskingOptions { TagKey = new byte[32] });
        var tag = Masked.Whole("a " + key).Spans[0].Tag;
        Assert.Equal(tag, Masked.Whole("{\"b\":\"" + key + "\"}", MaskingShape.Json).Spans[0].Tag);
        Assert.NotEqual(tag, Masked.Whole(key, engine: other).Spans[0].Tag);
        Assert.NotEqual(tag, Masked.Whole("ghp_" + Of(Alphanumeric, 36, 9)).Spans[0].Tag);
        Assert.Null(Masked.Whole(key, engine: MaskingEngine.Create(new MaskingOptions())).Spans[0].Tag);
    }

    [Theory]
    [InlineData("EMP-[0-9]{6}", "id EMP-123456, EMP-12", "id #, EMP-12")]
    [InlineData("(?i)emp-[0-9]{6}", "Emp-123456", "#")]
    [InlineData("\\bEMP\\d{3}\\b", "XEMP123 EMP123 EMP1234", "XEMP123 # EMP1234")]
    [InlineData("[a-z]{2,5}@corp\\.example", "mail joe@corp.example now", "mail # now")]
    [InlineData("AB-\\d+|CD-\\d+", "AB-1 CD-22 EF-3", "# # EF-3")]
    [InlineData("NR\u00e9? ?NUM-[0-9]+", "\u00e9 NR\u00e9 NUM-12 \u00e9", "\u00e9 # \u00e9")]
    public void Rule_of_the_policy_is_found(string pattern, string text, string expected)
    {
        var engine = MaskingEngine.Create(new MaskingOptions { Rules = [new("mine", pattern, 64)] });
        var result = Masked.SameHoweverSplit(text, engine: engine);
        Assert.Equal(expected.Replace("#", "[MASKED:mine]", StringComparison.Ordinal), result.Text);
        Assert.Equal(expected.Replace("#", "[MASKED:mine]", StringComparison.Ordinal),
            EventStreams.Read("openai-chat", Masked.Whole(EventStreams.Spell("openai-chat", text, 2), MaskingShape.EventStream, engine).Text));
    }
}

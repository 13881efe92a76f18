namespace K8sRecorder.Policy.Tests;

public sealed class ScalarTests
{
    [Theory]
    [InlineData("30m", 1_800_000)]
    [InlineData("24h", 86_400_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("500ms", 500)]
    [InlineData("1m0s250ms", 60_250)]
    public void Duration_is_read(string text, long milliseconds) =>
        Assert.Equal(milliseconds, PolicyText.Load(PolicyText.With($"session: {{ maxAge: {text}, idleTimeout: {text} }}")).Policy!.MaxAge.TotalMilliseconds);

    [Theory]
    [InlineData("30")]
    [InlineData("1.5h")]
    [InlineData("30m1h")]
    [InlineData("1h1h")]
    [InlineData("-5m")]
    [InlineData("h")]
    [InlineData("5d")]
    [InlineData("99999999999h")]
    public void Duration_of_another_form_is_refused(string text) =>
        Assert.Equal([$"agents.yaml:7: spec.session.maxAge: must be a duration such as 30s or 1h30m, not \"{text}\""],
            PolicyText.ProblemsWith($"session: {{ maxAge: {text} }}"));

    [Theory]
    [InlineData("256Mi", 256L << 20)]
    [InlineData("4Gi", 4L << 30)]
    [InlineData("16384Ki", 16L << 20)]
    [InlineData("5000000", 5_000_000)]
    [InlineData("\"5000000\"", 5_000_000)]
    [InlineData("1024Ti", 1L << 50)]
    public void Size_is_read(string text, long bytes) =>
        Assert.Equal(bytes, PolicyText.Load(PolicyText.With($"spool: {{ sizeLimit: {text} }}")).Policy!.SpoolSizeLimit);

    [Theory]
    [InlineData("256M")]
    [InlineData("1.5Gi")]
    [InlineData("-1Mi")]
    [InlineData("Mi")]
    [InlineData("010Mi")]
    [InlineData("99999999999999999999Ti")]
    public void Size_of_another_form_is_refused(string text) =>
        Assert.Equal([$"agents.yaml:7: spec.spool.sizeLimit: must be a size such as 256Mi, not \"{text}\""],
            PolicyText.ProblemsWith($"spool: {{ sizeLimit: {text} }}"));

    [Fact]
    public void Size_beyond_counting_is_refused_without_overflow() =>
        Assert.Equal(["agents.yaml:7: spec.spool.sizeLimit: must be at most 1024Ti"], PolicyText.ProblemsWith("spool: { sizeLimit: 9223372036854775807Ti }"));

    [Theory]
    [InlineData("First(10)")]
    [InlineData("Count")]
    public void Rows_are_read_and_refused_by_value(string text) =>
        Assert.Equal([$"agents.yaml:7: spec.record.rows: is enforced by this build only as All; \"{text}\" is not"], PolicyText.ProblemsWith($"record: {{ rows: {text} }}"));

    [Theory]
    [InlineData("First(0)")]
    [InlineData("First(-1)")]
    [InlineData("First()")]
    [InlineData("first(3)")]
    [InlineData("First(3")]
    [InlineData("\"\"")]
    public void Rows_of_another_form_are_refused(string text) =>
        Assert.Equal([$"agents.yaml:7: spec.record.rows: must be All, Count or First(n) with n from 1, not \"{text.Trim('"')}\""],
            PolicyText.ProblemsWith($"record: {{ rows: {text} }}"));

    /// <summary>kubectl reads YAML 1.1, where these are no text; a name like this would mean something else in a cluster.</summary>
    [Theory]
    [InlineData("yes")]
    [InlineData("Off")]
    [InlineData("12")]
    [InlineData("0x1F")]
    [InlineData("1e3")]
    [InlineData("true")]
    public void Text_that_is_none_in_yaml_must_be_quoted(string text)
    {
        Assert.Equal([$"agents.yaml:7: spec.selector.matchLabels[app]: {text} is not text in YAML; write \"{text}\""],
            PolicyText.ProblemsWith($"selector: {{ matchLabels: {{ app: {text} }} }}"));
        Assert.Empty(PolicyText.ProblemsWith($"selector: {{ matchLabels: {{ app: \"{text}\" }} }}"));
    }
}

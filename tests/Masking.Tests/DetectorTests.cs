namespace K8sRecorder.Masking.Tests;

public sealed class DetectorTests
{
    public static TheoryData<int> PositiveIndexes => [.. Enumerable.Range(0, DetectorExamples.Positives.Length)];

    public static TheoryData<string> NegativeTexts => [.. DetectorExamples.Negatives];

    [Theory]
    [MemberData(nameof(PositiveIndexes))]
    public void Detector_finds_its_secret_alone(int index)
    {
        var (detector, text, secret) = DetectorExamples.Positives[index];
        var result = Masked.SameHoweverSplit(text);
        Assert.DoesNotContain(secret, result.Text, StringComparison.Ordinal);
        Assert.Contains(detector, result.Spans.Select(s => s.Detector));
    }

    [Theory]
    [MemberData(nameof(PositiveIndexes))]
    public void Detector_finds_its_secret_in_prose_and_masks_nothing_else(int index)
    {
        var (detector, text, secret) = DetectorExamples.Positives[index];
        var result = Masked.SameHoweverSplit($"Take this: {text} and go on.\nNext line.");
        if (text == secret)
            Assert.Equal($"Take this: [MASKED:{detector}] and go on.\nNext line.", result.Text);
        Assert.DoesNotContain(secret, result.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(PositiveIndexes))]
    public void Masked_text_does_not_change_when_masked_again(int index)
    {
        var once = Masked.Whole($"a {DetectorExamples.Positives[index].Text} b");
        var twice = Masked.Whole(once.Text);
        Assert.Equal(once.Text, twice.Text);
        Assert.Empty(twice.Spans);
    }

    [Theory]
    [MemberData(nameof(NegativeTexts))]
    public void Detector_lets_pass_what_only_looks_like_a_secret(string text)
    {
        var result = Masked.SameHoweverSplit(text);
        Assert.Equal(text, result.Text);
        Assert.Empty(result.Spans);
    }

    [Fact]
    public void Every_detector_has_an_example()
    {
        var shown = DetectorExamples.Positives.Select(p => p.Detector).ToHashSet();
        Assert.DoesNotContain(DetectorCatalog.Names, n => !shown.Contains(n));
    }
}

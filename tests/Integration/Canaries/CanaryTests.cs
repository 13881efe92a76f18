namespace K8sRecorder.Integration.Canaries;

public sealed class CanaryTests(CanaryRun run) : IClassFixture<CanaryRun>
{
    [Fact]
    public void Secrets_on_every_path_are_nowhere_in_any_form()
    {
        var leaks = run.Cage.ByPath
            .SelectMany(canary => run.Haystack.FindAnyForm(canary.Value).Select(where => $"{canary.Key}: {where}"))
            .ToList();

        Assert.True(leaks.Count == 0, $"{leaks.Count} leaks\n{string.Join('\n', leaks.Take(60))}");
    }

    /// <summary>What stands beside the secrets is recorded: nothing is found because it was masked, not because nothing was kept.</summary>
    [Theory]
    [InlineData("marker-path")]
    [InlineData("marker-query")]
    [InlineData("marker-header")]
    [InlineData("marker-json")]
    [InlineData("marker-form")]
    [InlineData("marker-zip")]
    [InlineData("marker-oauth")]
    [InlineData("marker-error")]
    [InlineData("marker-location")]
    [InlineData("marker-gzip")]
    [InlineData("marker-brotli")]
    [InlineData("marker-trailers")]
    [InlineData("marker-tcp")]
    public void Text_beside_a_secret_is_recorded(string marker) =>
        Assert.Contains(run.Haystack.Find(marker), where => where.StartsWith("store/", StringComparison.Ordinal));
}

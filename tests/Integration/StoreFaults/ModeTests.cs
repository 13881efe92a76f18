using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Verify;
using K8sRecorder.Testing.Faults;

namespace K8sRecorder.Integration.StoreFaults;

/// <summary>A store that fails until the spool is full: what agents then feel depends on the mode, and ends by itself.</summary>
public sealed class ModeTests(AzuriteTrials azurite) : IClassFixture<AzuriteTrials>
{
    [Fact]
    public async Task Buffered_agents_are_slowed_and_nothing_is_lost()
    {
        var (trial, proxy) = await azurite.NewAsync("Buffered");
        await using var first = trial;
        await using var second = proxy;
        await trial.Sidecar.StartAgainAsync();
        proxy.Fault = ProxyFault.Unavailable;
        var asked = new List<Task<int>>();
        for (var quiet = 0; quiet < 20;)
        {
            // What was sealed meanwhile is smaller, and what is smaller than what did not fit may still have fitted.
            var waiting = asked.Count(asking => !asking.IsCompleted);
            var isFull = await trial.AdminAsync("/readyz") == "503 the spool is full and nothing gets into the store (Unavailable)\n";
            var isQuiet = isFull && waiting > 0 && waiting == asked.Count(asking => !asking.IsCompleted);
            quiet = isQuiet ? quiet + 1 : 0;
            if (!isQuiet)
                asked.AddRange(await trial.FillSpoolAsync());
        }
        proxy.Fault = ProxyFault.None;
        Assert.All(await Task.WhenAll(asked), status => Assert.Equal(200, status));
        await trial.SeenToRecoverAsync();
        Assert.All(await trial.EndAsync(), session => Assert.Equal(Completeness.Complete, session.Completeness));
    }

    [Fact]
    public async Task Best_effort_agents_feel_nothing_and_the_gap_is_signed()
    {
        var (trial, proxy) = await azurite.NewAsync("BestEffort");
        await using var first = trial;
        await using var second = proxy;
        await trial.Sidecar.StartAgainAsync();
        proxy.Fault = ProxyFault.WrongKey;
        Assert.All(await Task.WhenAll(await trial.FillSpoolAsync()), status => Assert.Equal(200, status));
        await trial.AskAsync(times: 20, size: 500);
        Assert.StartsWith("200 ok; but nothing gets into the store (Denied)", await trial.AdminAsync("/readyz"), StringComparison.Ordinal);
        proxy.Fault = ProxyFault.None;
        await trial.SeenToRecoverAsync();
        await trial.AskAsync(times: 3, size: 100);
        var session = Assert.Single(await trial.EndAsync());
        Assert.Equal(Completeness.Incomplete, session.Completeness);
        Assert.Contains(session.Findings, finding => finding.Code == FindingCode.Gap);
    }
}

using System.Net;
using K8sRecorder.Testing;
using Xunit.Abstractions;

namespace K8sRecorder.Integration.Corpora;

/// <summary>Real traffic of others, sent again: all of it arrives, all of it is recorded, and nothing differs.</summary>
public sealed class CorporaReplayTests(ITestOutputHelper output)
{
    /// <summary>What this proves: a difference found behind the sidecar is the sidecar's.</summary>
    [CorporaFact]
    public async Task Harness_alone_changes_nothing()
    {
        var replays = ReplayRun.Load();
        await using var upstream = await ReplayUpstream.StartAsync(replays, Loopback.FreePort());
        await ReplayRun.RunAsync(replays, upstream.Port, HttpVersion.Version11);
        var differences = replays.SelectMany(WireComparison.Differences).ToList();
        output.WriteLine($"{replays.Count} exchanges, {replays.Sum(r => r.Pieces.Count)} pieces, {differences.Count} differences");
        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(50)));
        Assert.Equal(469, replays.Count);
    }
}

using System.Net;
using System.Text.RegularExpressions;
using K8sRecorder.Masking;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;
using K8sRecorder.Testing;
using Xunit.Abstractions;

namespace K8sRecorder.Integration.Corpora;

/// <summary>Real traffic of others, sent again: all of it arrives, all of it is recorded, and nothing differs.</summary>
public sealed partial class CorporaReplayTests(ITestOutputHelper output)
{
    /// <summary>What this proves: a difference found behind the sidecar is the sidecar's.</summary>
    [CorporaFact]
    public async Task Harness_alone_changes_nothing()
    {
        var replays = ReplayRun.Load();
        await using var upstream = await ReplayUpstream.StartAsync(replays, Loopback.FreePort(), HttpVersion.Version11);
        await ReplayRun.RunAsync(replays, upstream.Port, HttpVersion.Version11);
        AssertNone(replays, replays.SelectMany(WireComparison.Differences));
        Assert.Equal(469, replays.Count);
    }

    [CorporaFact]
    public async Task Traffic_of_http1_passes_unchanged_and_is_recorded_whole() => await ThroughTheSidecarAsync("Buffered", HttpVersion.Version11);

    [CorporaFact]
    public async Task Traffic_of_http2_passes_unchanged_and_is_recorded_whole() => await ThroughTheSidecarAsync("Strict", HttpVersion.Version20);

    private async Task ThroughTheSidecarAsync(string mode, Version version)
    {
        var replays = ReplayRun.Load();
        await using var upstream = await ReplayUpstream.StartAsync(replays, Loopback.FreePort(), version);
        var port = Loopback.FreePort();
        await using var sidecar = await SidecarProcess.StartAsync($$"""
            apiVersion: k8srecorder.io/v1alpha1
            kind: RecordingPolicy
            metadata: { name: corpora, namespace: test }
            spec:
              mode: {{mode}}
              targets:
                - name: corpora
                  listen: 127.0.0.1:{{port}}
                  protocol: HTTP
                  upstream: { address: "127.0.0.1:{{upstream.Port}}", tls: { mode: Disable }, host: Preserve }
            """);
        await ReplayRun.RunAsync(replays, port, version);
        await sidecar.StopWhenShippedAsync();

        var differences = replays.SelectMany(WireComparison.Differences).ToList();
        if (sidecar.Process.ExitCode != 0)
            differences.Insert(0, $"the sidecar ended with {sidecar.Process.ExitCode}:\n{sidecar.Output}");
        var engine = MaskingEngine.Create(new() { TagKey = await File.ReadAllBytesAsync(sidecar.TagKeyFile) });
        var store = StoreUrl.Parse(sidecar.Store).OpenReader();
        differences.AddRange(await RecordedComparison.DifferencesAsync(engine, store, replays));
        AssertNone(replays, differences);

        var trust = Fingerprint().Matches(sidecar.Output).Aggregate(TrustSet.Empty, (all, one) => all.With(TrustSet.Of(one.Value)));
        var verified = await new StoreVerifier(store, trust).VerifyAsync(null, CancellationToken.None);
        Assert.Empty(verified.Findings);
        Assert.Empty(verified.Sessions.SelectMany(s => s.Findings));
        Assert.All(verified.Sessions, s => Assert.Equal((Integrity.Sound, Completeness.Complete), (s.Integrity, s.Completeness)));
        Assert.Equal(0, verified.ExitCode);
        var session = verified.Sessions.MaxBy(s => s.Records)!;
        output.WriteLine($"{session.Records} records, {session.Parts} parts, {session.Chunks} chunks, {session.PlainBytes} bytes plain, {session.StoredBytes} stored");
    }

    private void AssertNone(List<Replay> replays, IEnumerable<string> found)
    {
        var differences = found.ToList();
        output.WriteLine($"{replays.Count} exchanges, {replays.Sum(r => r.Pieces.Count)} pieces, {differences.Count} differences");
        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(60)));
    }

    [GeneratedRegex("SHA256:[A-Za-z0-9+/]{43}")]
    private static partial Regex Fingerprint();
}

using K8sRecorder.Benchmarks.Http.Cases;
using K8sRecorder.Benchmarks.Http.Peers;

namespace K8sRecorder.Benchmarks.Http;

/// <summary>Resident memory of each process that was started and then left alone.</summary>
internal static class IdleMemory
{
    private static readonly TimeSpan LeftAlone = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(HttpOptions options, Report report, CancellationToken ct)
    {
        await using var upstream = new Upstream();
        await upstream.StartAsync(new GetCase(), ct);
        var peers = options.Peers.Append("buffered").Select(name => PeerList.Create(name, upstream.Port, options.Sidecar)).ToList();
        try
        {
            foreach (var peer in peers)
                await peer.StartAsync(upstream.Port, ct);
            await Task.Delay(LeftAlone, ct);
            foreach (var peer in peers)
            {
                if (peer.ProcessId is not { } id)
                    continue;
                var resident = ProcessTree.ResidentBytes(id) / 1e6;
                report.LessThan(
                    $"idle {peer.Name}", $"rss-mb={Report.Number(resident, 0)}", resident, peer is SidecarPeer ? Marks.IdleMegabytes : null);
            }
        }
        finally
        {
            foreach (var peer in peers)
                await peer.DisposeAsync();
        }
    }
}

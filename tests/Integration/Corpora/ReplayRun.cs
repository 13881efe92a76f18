using K8sRecorder.Testing.Corpora;

namespace K8sRecorder.Integration.Corpora;

/// <summary>Sends the whole collection through a port, a few exchanges at a time, as agents do.</summary>
internal static class ReplayRun
{
    private const int AtATime = 8;

    public static List<Replay> Load() => [.. RecordedExchange.All().Select(e => new Replay(e))];

    public static async Task RunAsync(IEnumerable<Replay> replays, int port, Version version)
    {
        using var client = new ReplayClient(port, version);
        await Parallel.ForEachAsync(replays, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (replay, _) => await client.RunAsync(replay));
    }
}

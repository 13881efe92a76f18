using System.Globalization;
using K8sRecorder.Testing.Corpora;

namespace K8sRecorder.Benchmarks.Store;

/// <summary>Stored bytes of whole conversations, every object counted, beside the raw bodies and beside restic on the same bodies.</summary>
internal static class StoreBenchmark
{
    private const string Corpus = "traj/tau_airline_24.calls.jsonl.gz";

    // One turn per 10 s and a flush every 60 s: what is safe after a flush takes a backup of six turns from restic.
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(10);
    private const int TurnsPerFlush = 6;

    public static async Task<int> RunAsync(TextWriter output)
    {
        if (CorporaFolder.WhyAbsent is { } why)
        {
            await output.WriteLineAsync(why);
            return 1;
        }
        var conversations = Conversation.Load(Corpus);
        var raw = conversations.Sum(c => c.RawBytes);
        await output.WriteLineAsync(
            $"{conversations.Count} conversations, {conversations.Sum(c => c.Calls.Count)} calls, {raw:N0} bytes of bodies; {Restic.Version()}");
        var atOnce = Restic.StoredBytes(conversations, 0);
        var good = await LineAsync("full-speed", TimeSpan.Zero, conversations, raw, atOnce, "one backup of all", mark: 30, output);
        var perFlush = Restic.StoredBytes(conversations, TurnsPerFlush);
        good &= await LineAsync("paced-10s", Pace, conversations, raw, perFlush, $"a backup per {TurnsPerFlush} turns", mark: 20, output);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"store restic one-backup={atOnce} ratio={Ratio(raw, atOnce):F2} per-flush={perFlush} ratio={Ratio(raw, perFlush):F2}"));
        return good ? 0 : 1;
    }

    private static async Task<bool> LineAsync(
        string name, TimeSpan pace, IReadOnlyList<Conversation> conversations, long raw, long restic, string resticCadence, double mark, TextWriter output)
    {
        await using var recorded = new RecordedConversations(pace);
        await recorded.RunAsync(conversations);
        var stored = recorded.Stored();
        var bytes = stored.Values.Sum(kind => kind.Bytes);
        foreach (var (kind, (objects, size)) in stored.OrderByDescending(kind => kind.Value.Bytes))
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {name,-12}{kind,-18}{objects,6} objects {size,10} bytes"));
        var toRaw = Ratio(raw, bytes);
        var toRestic = Ratio(restic, bytes);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"store {name} raw={raw} stored={bytes} ratio={toRaw:F2} (mark {mark}) restic={restic} ({resticCadence}) times-restic={toRestic:F2} (mark 8)"));
        return toRaw >= mark && toRestic >= 8;
    }

    private static double Ratio(long a, long b) => (double)a / b;
}

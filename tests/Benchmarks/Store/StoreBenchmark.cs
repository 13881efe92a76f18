using System.Globalization;
using K8sRecorder.Testing.Corpora;

namespace K8sRecorder.Benchmarks.Store;

/// <summary>Stored bytes of whole conversations, every object counted, beside the raw bodies and beside restic on the same bodies.</summary>
internal static class StoreBenchmark
{
    private const string Corpus = "traj/tau_airline_24.calls.jsonl.gz";

    // One turn per 10 s: restic keeps up when it backs up every turn. What a flush every 60 s makes safe is six turns; that is printed too.
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
        var perTurn = Restic.StoredBytes(conversations, 1);
        good &= await LineAsync("paced-10s", Pace, conversations, raw, perTurn, "a backup per turn", mark: 20, output);
        var perFlush = Restic.StoredBytes(conversations, TurnsPerFlush);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"restic alone: one backup {Ratio(raw, atOnce):F2}, a backup per {TurnsPerFlush} turns {Ratio(raw, perFlush):F2}, a backup per turn {Ratio(raw, perTurn):F2}"));
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

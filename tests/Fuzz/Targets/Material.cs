using K8sRecorder.Testing.Corpora;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>Recorded traffic to begin with, where there is some on this machine; short pieces, of every API.</summary>
internal static class Material
{
    private const int MostOfOneApi = 6;
    private const int Longest = 12 * 1024;

    private static readonly Lazy<IReadOnlyList<RecordedExchange>> Some = new(Choose);

    /// <summary>A few small exchanges of every API.</summary>
    public static IReadOnlyList<RecordedExchange> Exchanges => Some.Value;

    /// <summary>Their request bodies.</summary>
    public static IEnumerable<byte[]> Requests => Exchanges.Select(e => e.RequestBody).Where(b => b.Length > 0);

    /// <summary>Their response bodies.</summary>
    public static IEnumerable<byte[]> Responses => Exchanges.Select(e => e.ResponseBody).Where(b => b.Length > 0);

    private static List<RecordedExchange> Choose() => CorporaFolder.Path is null ? [] :
    [
        .. RecordedExchange.All()
            .Where(e => e.RequestBody.Length + e.ResponseBody.Length < Longest)
            .GroupBy(e => (e.Api, IsStream(e)))
            .SelectMany(g => g.OrderBy(e => e.RequestBody.Length + e.ResponseBody.Length).Take(MostOfOneApi)),
    ];

    private static bool IsStream(RecordedExchange exchange) =>
        exchange.ResponseBody.Length > 0 && exchange.ResponseBody[0] is not ((byte)'{' or (byte)'[');
}

using System.Globalization;

namespace K8sRecorder.Integration.Corpora;

/// <summary>Whether both ends saw what the other end sent.</summary>
internal static class WireComparison
{
    public static IEnumerable<string> Differences(Replay replay)
    {
        var exchange = replay.Exchange;
        if (replay.Fault is not null)
            yield return $"{replay}: {replay.Fault}";
        if (replay.SeenTarget != exchange.Target)
            yield return $"{replay}: the server saw the target '{replay.SeenTarget}' and not '{exchange.Target}'";
        if (replay.SeenBody is null || !replay.SeenBody.AsSpan().SequenceEqual(exchange.RequestBody))
            yield return $"{replay}: the server saw another request body ({replay.SeenBody?.Length} bytes of {exchange.RequestBody.Length})";
        if (replay.GotStatus != exchange.Status)
            yield return $"{replay}: the client got status {replay.GotStatus}, the server sent {exchange.Status}";
        var sent = exchange.Method == "HEAD" ? [] : exchange.ResponseWire;
        if (replay.GotBody is null || !replay.GotBody.AsSpan().SequenceEqual(sent))
            yield return $"{replay}: the client got another response body ({replay.GotBody?.Length} bytes of {sent.Length})";
        foreach (var line in HeaderDifferences("server", ExpectedRequest(replay), replay.SeenHeaders, ["host", "content-length"]))
            yield return $"{replay}: {line}";
        foreach (var line in HeaderDifferences("client", ReplayHeaders.Sent(exchange.ResponseHeaders), replay.GotHeaders, ["date", "content-length", "transfer-encoding"]))
            yield return $"{replay}: {line}";
    }

    private static IEnumerable<KeyValuePair<string, string>> ExpectedRequest(Replay replay) =>
        ReplayHeaders.Sent(replay.Exchange.RequestHeaders)
            .Where(h => replay.Exchange.Method == "POST" || !h.Key.StartsWith("content-", StringComparison.OrdinalIgnoreCase))
            .Append(new(Replay.IdHeader, replay.Exchange.Id));

    private static IEnumerable<string> HeaderDifferences(
        string end, IEnumerable<KeyValuePair<string, string>> sent, IEnumerable<KeyValuePair<string, string>> seen, string[] made)
    {
        // Lines that an end makes itself are compared only where the recording has them too.
        var expected = ReplayHeaders.Comparable(sent);
        var actual = ReplayHeaders.Comparable(seen);
        foreach (var line in expected.Where(l => !actual.Contains(l)))
            yield return string.Create(CultureInfo.InvariantCulture, $"the {end} did not get '{line}'");
        foreach (var line in actual.Where(l => !expected.Contains(l) && !made.Any(m => l.StartsWith(m + ":", StringComparison.Ordinal))))
            yield return string.Create(CultureInfo.InvariantCulture, $"the {end} got '{line}' that nobody sent");
        if (actual.Count(l => !made.Any(m => l.StartsWith(m + ":", StringComparison.Ordinal))) != expected.Count(l => !made.Any(m => l.StartsWith(m + ":", StringComparison.Ordinal))))
            yield return $"the {end} got another number of lines";
    }
}

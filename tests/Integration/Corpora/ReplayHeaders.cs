namespace K8sRecorder.Integration.Corpora;

/// <summary>Which recorded fields are sent again: those that are not of one connection, and whose framing is not made anew.</summary>
internal static class ReplayHeaders
{
    private static readonly string[] OfOneConnection =
        ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "content-length"];

    public static IEnumerable<KeyValuePair<string, string>> Sent(IEnumerable<KeyValuePair<string, string>> recorded) =>
        recorded.Where(h => !OfOneConnection.Contains(h.Key, StringComparer.OrdinalIgnoreCase));

    /// <summary>In one form, so that lists can be compared: names in lower case, lines in order of name, the order of one name's lines kept.</summary>
    public static List<string> Comparable(IEnumerable<KeyValuePair<string, string>> headers) =>
        [.. headers.Select(h => $"{h.Key.ToLowerInvariant()}: {h.Value}").OrderBy(l => l[..l.IndexOf(':')], StringComparer.Ordinal)];
}

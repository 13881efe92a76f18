namespace K8sRecorder.Plugin.Sessions;

/// <summary>Beginnings of session ids that are unique among those shown.</summary>
internal static class ShortIds
{
    private const int Shortest = 8;

    public static Func<string, string> Of(IEnumerable<string> sessions)
    {
        var ids = sessions.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var length = Shortest;
        for (var i = 1; i < ids.Count; i++)
            length = Math.Max(length, Common(ids[i - 1], ids[i]) + 1);
        return id => id[..Math.Min(length, id.Length)];
    }

    private static int Common(string a, string b)
    {
        var common = 0;
        while (common < a.Length && common < b.Length && a[common] == b[common])
            common++;
        return common;
    }
}

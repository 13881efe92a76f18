using System.Globalization;

namespace K8sRecorder.Sidecar.Accept;

/// <summary>How many connections the process may have open, so that the spool can always open its files.</summary>
internal static class OpenFiles
{
    // spool, keys, store, admin port, the runtime's own
    private const int Reserved = 128;
    private const int Least = 16;

    private static readonly int Fifth = (Limit() - Reserved) / 5;

    /// <summary>Agents' connections that the limit of descriptors allows: each has one of its own and one to its target.</summary>
    public static int MaxConnections() => Math.Max(Fifth * 2, Least);

    /// <summary>Connections to each of so many targets for what comes by HTTP/2: one of an agent's can ask for many.</summary>
    public static int MaxConnectionsForHttp2(int targets) => Math.Max(Fifth / Math.Max(targets, 1), Least);

    private static int Limit()
    {
        const string Name = "Max open files";
        try
        {
            foreach (var line in File.ReadLines("/proc/self/limits"))
            {
                if (line.StartsWith(Name, StringComparison.Ordinal)
                    && int.TryParse(line.AsSpan(Name.Length).Trim().ToString().Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var soft))
                    return soft;
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // then none is known
        }
        return int.MaxValue;
    }
}

using System.Globalization;

namespace K8sRecorder.Benchmarks.Http.Peers;

/// <summary>What the kernel says of a process and its children.</summary>
internal static class ProcessTree
{
    private const int TicksPerSecond = 100; // USER_HZ, the same on every Linux that .NET runs on

    /// <summary>Processor time used so far by all of them.</summary>
    public static TimeSpan ProcessorTime(int root) => TimeSpan.FromSeconds(Members(root).Sum(Ticks) / (double)TicksPerSecond);

    /// <summary>Resident memory of all of them, in bytes. What they share counts for each.</summary>
    public static long ResidentBytes(int root) => Members(root).Sum(Resident);

    private static List<int> Members(int root)
    {
        var members = new List<int> { root };
        for (var i = 0; i < members.Count; i++)
            foreach (var task in Try(() => Directory.GetDirectories($"/proc/{members[i]}/task")) ?? [])
                members.AddRange(
                    (Try(() => File.ReadAllText($"{task}/children")) ?? "")
                        .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture)));
        return members;
    }

    private static long Ticks(int process)
    {
        // proc(5): the command in parentheses may hold anything; utime and stime are the 12th and 13th field behind it.
        var stat = Try(() => File.ReadAllText($"/proc/{process}/stat"));
        if (stat is null)
            return 0;
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }

    private static long Resident(int process)
    {
        var line = Try(() => File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)));
        return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>A process may end while it is looked at; then it counts for nothing.</summary>
    private static T? Try<T>(Func<T> read)
        where T : class?
    {
        try
        {
            return read();
        }
        catch (IOException)
        {
            return null;
        }
    }
}

using System.Globalization;

namespace K8sRecorder.Soak.Memory;

/// <summary>What the kernel says of a process.</summary>
internal static class ProcessFigures
{
    /// <summary>Clock ticks a second: USER_HZ is 100 on every platform that Linux runs on.</summary>
    public const int TicksPerSecond = 100;

    /// <summary>Resident bytes now.</summary>
    public static long Resident(int process) => Kilobytes(process, "VmRSS:") * 1024;

    /// <summary>Resident bytes that are the process's own: neither its program nor a file.</summary>
    public static long Anonymous(int process) => Kilobytes(process, "RssAnon:") * 1024;

    /// <summary>Resident pages of its program and of libraries, which the kernel may take back.</summary>
    public static long Files(int process) => Kilobytes(process, "RssFile:") * 1024;

    /// <summary>The most that was resident since the start or the last <see cref="ForgetPeak"/>.</summary>
    public static long Peak(int process) => Kilobytes(process, "VmHWM:") * 1024;

    public static void ForgetPeak(int process) => File.WriteAllText($"/proc/{process}/clear_refs", "5");

    public static int Threads(int process) => (int)Kilobytes(process, "Threads:");

    /// <summary>User and system time.</summary>
    public static long CpuTicks(int process)
    {
        // behind the name, which may hold anything but ends with the last bracket: state is field 3, utime 14, stime 15
        var text = File.ReadAllText($"/proc/{process}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }

    /// <summary>How often each of its threads went to sleep by itself, so far: each time it was woken.</summary>
    public static Dictionary<string, long> WakeUps(int process)
    {
        var each = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var thread in Directory.GetDirectories($"/proc/{process}/task"))
        {
            try
            {
                each[thread] = Field(Path.Combine(thread, "status"), "voluntary_ctxt_switches:");
            }
            catch (IOException)
            {
                // it has ended
            }
        }

        return each;
    }

    /// <summary>How often it was woken since; what a thread did that has ended meanwhile is not known.</summary>
    public static long WakeUpsSince(int process, Dictionary<string, long> before) =>
        WakeUps(process).Sum(thread => thread.Value - before.GetValueOrDefault(thread.Key));

    private static long Kilobytes(int process, string name) => Field($"/proc/{process}/status", name);

    private static long Field(string file, string name)
    {
        foreach (var line in File.ReadLines(file))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
                return long.Parse(line.AsSpan(name.Length).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture);
        }

        throw new InvalidDataException($"{file} has no {name}");
    }
}

using System.Globalization;

namespace K8sRecorder.Integration.Hostile;

/// <summary>What the kernel says of a process.</summary>
internal static class ProcessFigures
{
    /// <summary>Resident megabytes at the highest since it began.</summary>
    public static int PeakMegabytes(int process) => Kilobytes(process, "VmHWM:") >> 10;

    /// <summary>Resident megabytes now.</summary>
    public static int ResidentMegabytes(int process) => Kilobytes(process, "VmRSS:") >> 10;

    /// <summary>Open sockets.</summary>
    public static int Sockets(int process) => Directory.GetFileSystemEntries($"/proc/{process}/fd").Count(IsSocket);

    private static bool IsSocket(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) ?? false;
        }
        catch (IOException)
        {
            return false; // closed meanwhile
        }
    }

    private static int Kilobytes(int process, string name)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return int.Parse(line[name.Length..^2], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }
}

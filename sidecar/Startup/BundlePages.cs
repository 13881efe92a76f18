using System.Globalization;
using System.Runtime.InteropServices;

namespace K8sRecorder.Sidecar.Startup;

/// <summary>
/// Our own file as the runtime sees it a second time. A program of one file is mapped section by section to run, and whole, shared and
/// read-only, to find what is in it; the second is hardly used after the start, and was 14 MB resident: 5 then, 9 under load.
/// </summary>
internal static partial class BundlePages
{
    private const int DontNeed = 4; // MADV_DONTNEED

    /// <summary>Lets go of the pages. They are the file's: whoever touches one finds it again.</summary>
    public static void Forget()
    {
        if (!OperatingSystem.IsLinux() || Environment.ProcessPath is not { } program)
            return;
        try
        {
            foreach (var line in File.ReadLines("/proc/self/maps"))
            {
                // 7f0000000000-7f0000001000 r--s 00000000 08:01 42     /path
                if (!line.EndsWith(program, StringComparison.Ordinal) || !line.Contains(" r--s ", StringComparison.Ordinal))
                    continue;
                var (dash, end) = (line.IndexOf('-'), line.IndexOf(' '));
                var from = nint.Parse(line.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                var to = nint.Parse(line.AsSpan(dash + 1, end - dash - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                _ = Advise(from, to - from, DontNeed);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // where /proc is hidden they stay
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nint length, int advice);
}

#pragma warning disable RS0030 // the one place that speaks to System.Console
using Microsoft.Win32.SafeHandles;

namespace K8sRecorder.Plugin.Output;

/// <summary>The process's own terminal.</summary>
internal static class SystemTerminal
{
    private const int NarrowestUsable = 40;

    public static Terminal Open(Func<string, string?> environment)
    {
        var colour = string.IsNullOrEmpty(environment("NO_COLOR")) && environment("TERM") != "dumb";
        return new Terminal
        {
            Out = OpenOut(),
            Error = Console.OpenStandardError(),
            Width = Console.IsOutputRedirected ? null : Math.Max(NarrowestUsable, WindowWidth()),
            ColourOut = colour && !Console.IsOutputRedirected,
            ColourError = colour && !Console.IsErrorRedirected,
            Progress = !Console.IsErrorRedirected && environment("TERM") != "dumb",
        };
    }

    /// <summary>
    /// To a pipe not the console's stream: that one swallows EPIPE, and <c>log -f | head</c> would follow for ever. To a file not a
    /// FileStream: it writes at positions of its own, and whoever shares the file with us would overwrite us.
    /// </summary>
    private static Stream OpenOut()
    {
        if (OperatingSystem.IsWindows())
            return Console.OpenStandardOutput();
        var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
    }

    private static int WindowWidth()
    {
        try
        {
            return Console.WindowWidth > 0 ? Console.WindowWidth : 80;
        }
        catch (IOException)
        {
            return 80;   // a terminal that does not tell its size
        }
    }
}

using System.Diagnostics;

namespace K8sRecorder.Testing.Net;

/// <summary>A program of the system, run to its end.</summary>
internal static class Tool
{
    /// <summary>What it printed; throws with what it said where it failed.</summary>
    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEndAsync();
        var printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? printed
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {said.GetAwaiter().GetResult().Trim()}");
    }
}

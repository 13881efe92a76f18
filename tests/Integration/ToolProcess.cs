using System.Diagnostics;

namespace K8sRecorder.Integration;

/// <summary>A program of the tests' own, built beside them: a soak, a benchmark.</summary>
internal static class ToolProcess
{
    /// <summary>Runs it to its end. What it said on its error stream stands behind what it printed, for whoever explains a failure.</summary>
    public static async Task<(int ExitCode, string Output, string Said)> RunAsync(string name, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, name), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await output + await errors);
    }
}

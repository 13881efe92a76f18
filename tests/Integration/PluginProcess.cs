using System.Diagnostics;
using System.Text;

namespace K8sRecorder.Integration;

/// <summary>The plugin as users run it: arguments in, exit code and output out.</summary>
public static class PluginProcess
{
    public static async Task<(int ExitCode, string Output)> RunAsync(string store, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "kubectl-recorder"), ["--store", store, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("the plugin did not start");
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, output + await errors);
    }
}

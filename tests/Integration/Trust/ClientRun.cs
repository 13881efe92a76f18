using System.Diagnostics;

namespace K8sRecorder.Integration.Trust;

/// <summary>A client of somebody else's, run once with variables of its own.</summary>
internal static class ClientRun
{
    private static readonly string[] Inherited = ["SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "JAVA_TOOL_OPTIONS", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"];

    /// <summary>The path of a client's source in the repository.</summary>
    public static string Source(string name) => Path.Combine(NodeProcess.Root, "tests", "Integration", "Trust", "Clients", name);

    /// <summary>Runs it to its end: its exit code, and all that it said.</summary>
    public static async Task<(int ExitCode, string Said)> RunAsync(string program, string[] arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in Inherited)
            start.Environment.Remove(name);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }
        return (process.ExitCode, await output + await errors);
    }
}

using System.Diagnostics;

namespace K8sRecorder.Integration.Redirect;

/// <summary><c>k8srecorder-sidecar init</c>, run to its end.</summary>
public sealed record InitRun(int ExitCode, string Output, string Errors)
{
    public static readonly string Program = Path.Combine(AppContext.BaseDirectory, "k8srecorder-sidecar");

    public static InitRun Of(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new InitRun(process.ExitCode, output, errors.GetAwaiter().GetResult());
    }
}

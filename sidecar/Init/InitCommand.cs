using K8sRecorder.Sidecar.Startup;

namespace K8sRecorder.Sidecar.Init;

/// <summary>
/// <c>k8srecorder-sidecar init</c>: puts the redirect rules in place and tries them. Nothing of the sidecar is started; what the rules stop
/// and what they do not stands in docs/interception.md.
/// </summary>
internal static class InitCommand
{
    public const int Done = 0;
    public const int CheckFailed = 1;
    public const int NotTried = 2;
    public const int Usage = 3;
    public const int NotInstalled = 5;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var problems = new List<string>();
        if (InitOptions.Read(arguments, problems) is not { } options)
        {
            foreach (var problem in problems)
                Output.Problem($"k8srecorder-sidecar init: {problem}");
            Output.Problem(InitOptions.Usage);
            return Usage;
        }
        var interfaces = Interfaces.Outward();
        if (options.Print)
        {
            Output.Line((RedirectRules.Inet(options) + RedirectRules.Egress(options, interfaces)).TrimEnd('\n'));
            return Done;
        }
        Installation? installation = null;
        if (!options.Validate)
        {
            installation = await Installation.RunAsync(options, interfaces);
            if (installation.Value.Problem is { } reason)
            {
                Output.Problem($"k8srecorder-sidecar init: {reason}");
                return NotInstalled;
            }
        }
        // A frame where there is no chain would only leave: that hole is known.
        var guarded = installation?.EgressProblem is null ? interfaces : [];
        var report = new InitReport(options, interfaces, installation, Verification.Run(options, guarded), RawChecks.KernelHasXdpSockets());
        Output.Line(options.Json ? report.Json() : report.Text());
        return report.ExitCode;
    }
}

using System.CommandLine;
using System.CommandLine.Invocation;
using K8sRecorder.Plugin.Output;

namespace K8sRecorder.Plugin.CommandLine;

/// <summary>Prints the version.</summary>
internal sealed class VersionText(Func<Printer> printer) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        using var output = printer();
        output.Line("kubectl-recorder " + (typeof(VersionText).Assembly.GetName().Version?.ToString(3) ?? ""));
        return ExitCode.Good;
    }
}

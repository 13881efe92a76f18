using System.CommandLine;

namespace K8sRecorder.Plugin.CommandLine;

/// <summary>A verb: a command with the help that kubectl users expect.</summary>
internal sealed class Verb : Command
{
    public Verb(string name, string description, VerbHelp help, Func<ParseResult, CancellationToken, Task<int>> run)
        : base(name, description)
    {
        Help = help;
        SetAction(run);
    }

    public VerbHelp Help { get; }
}

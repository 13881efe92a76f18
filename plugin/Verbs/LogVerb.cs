using K8sRecorder.Plugin.CommandLine;

namespace K8sRecorder.Plugin.Verbs;

internal static class LogVerb
{
    public static Verb Create(VerbContext context) => new(
        "log", "later.", new VerbHelp("later", [], VerbHelp.ReadingExitCodes), (_, _) => throw new CommandException("'log' is not built yet"));
}

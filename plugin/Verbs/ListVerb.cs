using K8sRecorder.Plugin.CommandLine;

namespace K8sRecorder.Plugin.Verbs;

internal static class ListVerb
{
    public static Verb Create(VerbContext context) => new(
        "list", "later.", new VerbHelp("later", [], VerbHelp.ReadingExitCodes), (_, _) => throw new CommandException("'list' is not built yet"));
}

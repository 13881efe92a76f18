using K8sRecorder.Plugin.CommandLine;

namespace K8sRecorder.Plugin.Verbs;

internal static class ShowVerb
{
    public static Verb Create(VerbContext context) => new(
        "show", "later.", new VerbHelp("later", [], VerbHelp.ReadingExitCodes), (_, _) => throw new CommandException("'show' is not built yet"));
}

using K8sRecorder.Plugin.CommandLine;

namespace K8sRecorder.Plugin.Verbs;

internal static class VerifyVerb
{
    public static Verb Create(VerbContext context) => new(
        "verify", "later.", new VerbHelp("later", [], VerbHelp.ReadingExitCodes), (_, _) => throw new CommandException("'verify' is not built yet"));
}

namespace K8sRecorder.Plugin.CommandLine;

/// <summary>What the help of a verb says beyond its options.</summary>
/// <param name="Details">A paragraph or two after the first line.</param>
/// <param name="Examples">Pairs of what one wants and the command.</param>
/// <param name="ExitCodes">Pairs of code and meaning.</param>
internal sealed record VerbHelp(string Details, (string Want, string Command)[] Examples, (int Code, string Meaning)[] ExitCodes)
{
    /// <summary>The exit codes of every verb but verify.</summary>
    public static readonly (int, string)[] ReadingExitCodes =
    [
        (ExitCode.Good, "done"),
        (ExitCode.Usage, "wrong usage, or the store or the session is not there or cannot be read"),
    ];
}

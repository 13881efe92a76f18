namespace K8sRecorder.Plugin.CommandLine;

/// <summary>The command cannot be carried out: one line why, and one what to do next. Exit code 3.</summary>
internal sealed class CommandException(string message, string? hint = null, Exception? inner = null) : Exception(message, inner)
{
    public string? Hint { get; } = hint;
}

namespace K8sRecorder.Dialects.Tools;

/// <summary>A tool that a request speaks of.</summary>
/// <param name="Use">How.</param>
/// <param name="Name">Its name as written, escapes undone: text of an agent.</param>
public readonly record struct ToolMention(ToolUse Use, string Name);

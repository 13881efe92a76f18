namespace K8sRecorder.Plugin.Output;

/// <summary>A column of a table: its title (no blanks, so that awk can count), and how narrow it may become on a terminal.</summary>
/// <param name="Title">The title.</param>
/// <param name="Least">The columns it keeps in any case; 0 means it is never cut.</param>
/// <param name="CutMiddle">Cut in the middle, for generated names.</param>
/// <param name="Right">Flush right, for numbers.</param>
internal sealed record Column(string Title, int Least = 0, bool CutMiddle = false, bool Right = false);

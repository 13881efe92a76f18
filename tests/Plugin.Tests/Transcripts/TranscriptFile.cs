using System.Globalization;
using System.Text;

namespace K8sRecorder.Plugin.Tests.Transcripts;

/// <summary>
/// A file of commands with their exit code, standard output and standard error. A step is
/// <code>
/// $ kubectl recorder list
/// what it prints
/// ! what it prints on standard error
/// [exit 3]
/// </code>
/// The exit line is left out for 0. Lines before the first command are a comment, but for <c>width: 80</c>.
/// </summary>
internal sealed record TranscriptFile(string Preamble, int? Width, IReadOnlyList<TranscriptStep> Steps)
{
    private const string Prompt = "$ kubectl recorder";
    private const string ErrorMark = "! ";

    public static TranscriptFile Parse(string text)
    {
        var preamble = new StringBuilder();
        var steps = new List<TranscriptStep>();
        int? width = null;
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith(Prompt, StringComparison.Ordinal))
                steps.Add(new TranscriptStep(line[2..], 0, "", ""));
            else if (steps.Count == 0)
                width = ReadPreamble(preamble, line) ?? width;
            else if (line.StartsWith("[exit ", StringComparison.Ordinal))
                steps[^1] = steps[^1] with { ExitCode = int.Parse(line.AsSpan(6, 1), CultureInfo.InvariantCulture) };
            else if (line.StartsWith(ErrorMark, StringComparison.Ordinal))
                steps[^1] = steps[^1] with { Error = steps[^1].Error + line[ErrorMark.Length..] + "\n" };
            else
                steps[^1] = steps[^1] with { Out = steps[^1].Out + line + "\n" };
        }
        // A blank line before the next command is there for the reader of the file.
        for (var i = 0; i < steps.Count - 1; i++)
        {
            if (steps[i].Out.EndsWith("\n\n", StringComparison.Ordinal))
                steps[i] = steps[i] with { Out = steps[i].Out[..^1] };
            else if (steps[i].Out == "\n")
                steps[i] = steps[i] with { Out = "" };
        }
        return new TranscriptFile(preamble.ToString(), width, steps);
    }

    public override string ToString()
    {
        var text = new StringBuilder(Preamble);
        foreach (var step in Steps)
        {
            if (step != Steps[0])
                text.Append('\n');
            text.Append("$ ").Append(step.Command).Append('\n').Append(step.Out);
            if (text[^1] != '\n')
                text.Append('\n');
            foreach (var line in step.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                text.Append(ErrorMark).Append(line).Append('\n');
            if (step.ExitCode != 0)
                text.Append(CultureInfo.InvariantCulture, $"[exit {step.ExitCode}]\n");
        }
        return text.ToString();
    }

    private static int? ReadPreamble(StringBuilder preamble, string line)
    {
        preamble.Append(line).Append('\n');
        return line.StartsWith("width: ", StringComparison.Ordinal) ? int.Parse(line.AsSpan(7), CultureInfo.InvariantCulture) : null;
    }
}

using System.Globalization;

namespace K8sRecorder.Policy;

/// <summary>Something wrong with a policy, and what to do about it.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1; 0 if unknown.</param>
/// <param name="Path">The field, such as <c>spec.targets[1].upstream.tls.mode</c>; empty for the whole file.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record PolicyProblem(string File, int Line, string Path, string Message)
{
    /// <summary>One line for a person: <c>agents.yaml:12: spec.mode: …</c>.</summary>
    public override string ToString()
    {
        var place = Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}") : File;
        return Path.Length > 0 ? $"{place}: {Path}: {Message}" : $"{place}: {Message}";
    }
}

using System.Security.Cryptography;

namespace K8sRecorder.Fuzz.Engine;

/// <summary>Writes findings: the input as it is, and beside it what it does and how to see it again.</summary>
internal sealed class Findings(string folder, string target)
{
    private readonly HashSet<string> _kinds = new(StringComparer.Ordinal);

    public int Count => _kinds.Count;

    /// <summary>Whether a finding is the first of its kind in this run.</summary>
    public bool IsNew(string kind) => !_kinds.Contains(kind);

    /// <summary>Writes it; the path of the input.</summary>
    public string Write(byte[] input, Outcome outcome)
    {
        _kinds.Add(outcome.Kind!);
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{FileName(outcome.Kind!)}-{Convert.ToHexStringLower(SHA256.HashData(input))[..10]}");
        File.WriteAllBytes(path, input);
        File.WriteAllText(path + ".txt", $"{outcome.Kind}\n{outcome.Detail}\n\n{ReplayCommand(path)}\n");
        return path;
    }

    /// <summary>The line that shows a finding again.</summary>
    public string ReplayCommand(string path) => $"make fuzz ARGS=\"--target {target} --replay {path}\"";

    private static string FileName(string kind) => new([.. kind.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]);
}

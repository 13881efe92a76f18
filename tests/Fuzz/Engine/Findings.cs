using System.Security.Cryptography;

namespace K8sRecorder.Fuzz.Engine;

/// <summary>Writes findings: the input as it is, and beside it what it does and how to see it again.</summary>
internal sealed class Findings(string folder, string target)
{
    private const string Base64 = "base64:";
    private const int LongestInALine = 6000;

    private readonly HashSet<string> _kinds = new(StringComparer.Ordinal);

    public int Count => _kinds.Count;

    /// <summary>Whether a finding is the first of its kind in this run.</summary>
    public bool IsNew(string kind) => !_kinds.Contains(kind);

    /// <summary>Writes it, and says what it is and how it is seen again: here by its file, elsewhere by its bytes.</summary>
    public void Add(byte[] input, Outcome outcome)
    {
        var path = Write(input, outcome);
        Console.WriteLine($"fuzz: {target}: FOUND {outcome.Kind}: {outcome.Detail.Split('\n')[0]}");
        Console.WriteLine($"fuzz: {ReplayCommand(path)}");
        if (input.Length <= LongestInALine)
            Console.WriteLine($"fuzz: {ReplayCommand(Base64 + Convert.ToBase64String(input))}");
    }

    /// <summary>The bytes that a command line names: a file, or what <see cref="Add"/> printed.</summary>
    public static byte[] Read(string replay) =>
        replay.StartsWith(Base64, StringComparison.Ordinal) ? Convert.FromBase64String(replay[Base64.Length..]) : File.ReadAllBytes(replay);

    private string Write(byte[] input, Outcome outcome)
    {
        _kinds.Add(outcome.Kind!);
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{FileName(outcome.Kind!)}-{Convert.ToHexStringLower(SHA256.HashData(input))[..10]}");
        File.WriteAllBytes(path, input);
        File.WriteAllText(path + ".txt", $"{outcome.Kind}\n{outcome.Detail}\n\n{ReplayCommand(path)}\n");
        return path;
    }

    private string ReplayCommand(string what) => $"make fuzz ARGS=\"--target {target} --replay {what}\"";

    private static string FileName(string kind) => new([.. kind.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]);
}

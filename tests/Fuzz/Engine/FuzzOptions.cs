using System.Globalization;
using K8sRecorder.Testing;

namespace K8sRecorder.Fuzz.Engine;

/// <summary>The command line.</summary>
internal sealed record FuzzOptions
{
    public string Target { get; init; } = "all";

    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary><see cref="Time"/> is of the processor, not of the clock: for runs that are paused, or on a machine that others use.</summary>
    public bool IsProcessorTime { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>Targets side by side.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>A file, or the bytes as a finding names them, run once, with what comes of it printed.</summary>
    public string? Replay { get; init; }

    /// <summary>Print the targets and end.</summary>
    public bool List { get; init; }

    /// <summary>Print what the corpus reaches, and end.</summary>
    public bool IsCoverage { get; init; }

    /// <summary>This process is a worker.</summary>
    public bool IsWorker { get; init; }

    /// <summary>Where stages, corpora and findings are kept.</summary>
    public string Folder { get; init; } = RepositoryRoot.File("artifacts/fuzz");

    public string CorpusOf(string target) => Path.Combine(Folder, "corpus", target);

    public string FindingsOf(string target) => Path.Combine(Folder, "findings", target);

    public string CurrentOf(string target) => Path.Combine(Folder, "current-" + target);

    /// <summary>Reads the words; null with the problem where they are not what they should be.</summary>
    public static FuzzOptions? Parse(string[] words, out string problem)
    {
        var options = new FuzzOptions();
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] is "--list" or "--worker" or "--cpu" or "--coverage")
            {
                options = words[i] switch
                {
                    "--list" => options with { List = true },
                    "--coverage" => options with { IsCoverage = true },
                    "--cpu" => options with { IsProcessorTime = true },
                    _ => options with { IsWorker = true },
                };
                continue;
            }

            problem = $"{words[i]}: wants a value of its kind; known are --target NAME|all --time 60s|10m|1h --cpu --seed N --jobs N --replay FILE|base64:BYTES --folder DIR --list --coverage";
            if (i + 1 == words.Length || Take(options, words[i], words[i + 1]) is not { } taken)
                return null;
            options = taken;
            i++;
        }

        problem = "";
        return options;
    }

    private static FuzzOptions? Take(FuzzOptions options, string name, string value) => name switch
    {
        "--target" => options with { Target = value },
        "--time" => Duration(value) is { } time ? options with { Time = time } : null,
        "--seed" => Number(value) is { } seed ? options with { Seed = seed } : null,
        "--jobs" => Number(value) is > 0 and var jobs ? options with { Jobs = jobs } : null,
        "--replay" => options with { Replay = value },
        "--folder" => options with { Folder = Path.GetFullPath(value) },
        _ => null,
    };

    private static TimeSpan? Duration(string text) =>
        text.Length < 2 || Number(text[..^1]) is not { } number ? null : text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            _ => null,
        };

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

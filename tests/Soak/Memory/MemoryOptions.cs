using System.Globalization;
using K8sRecorder.Testing;

namespace K8sRecorder.Soak.Memory;

/// <summary>What a run of the memory soak was asked for.</summary>
internal sealed record MemoryOptions
{
    public const string Usage = "usage: soak memory [--slice] [--only CHECK,…] [--sidecar FILE] [--requests N] [--megabytes N] [--seconds N] [--starts N] [--day-step SECONDS]";

    /// <summary>The checks to run; empty: all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>The sidecar that is measured.</summary>
    public string Sidecar { get; init; } = Published();

    /// <summary>Requests of the flat check; the first tenth of them is what the rest is compared with.</summary>
    public int Requests { get; init; } = 1_000_000;

    /// <summary>Size of the large bodies.</summary>
    public int Megabytes { get; init; } = 2048;

    /// <summary>How long CPU is counted.</summary>
    public int Seconds { get; init; } = 30;

    /// <summary>Seconds of the virtual day between two of its rounds of requests.</summary>
    public int DayStepSeconds { get; init; } = 5;

    /// <summary>Starts that are timed.</summary>
    public int Starts { get; init; } = 20;

    /// <summary>The few cases and small sizes that <c>make test</c> has time for.</summary>
    public bool IsSlice { get; init; }

    /// <summary>Reads the arguments behind the verb; null where they are wrong.</summary>
    public static MemoryOptions? Parse(IEnumerable<string> arguments)
    {
        var left = new Queue<string>(arguments);
        var options = new MemoryOptions();
        while (left.TryDequeue(out var name))
        {
            if (name == "--slice")
            {
                options = options with
                {
                    IsSlice = true,
                    Requests = 20_000,
                    Megabytes = 64,
                    DayStepSeconds = 60,
                    Starts = 1,
                };
                continue;
            }

            if (!left.TryDequeue(out var value))
                return null;
            var number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) && parsed > 0 ? parsed : 0;
            var changed = name switch
            {
                "--only" => options with { Only = value.Split(',') },
                "--sidecar" => options with { Sidecar = Path.GetFullPath(value) },
                "--requests" when number >= 10 => options with { Requests = number },
                "--megabytes" when number > 0 => options with { Megabytes = number },
                "--seconds" when number > 0 => options with { Seconds = number },
                "--starts" when number > 0 => options with { Starts = number },
                "--day-step" when number > 0 => options with { DayStepSeconds = number },
                _ => null,
            };
            if (changed is null)
                return null;
            options = changed;
        }

        return options;
    }

    public bool Wants(string check) => Only.Count == 0 || Only.Any(only => only.Split('.')[0] == check);

    /// <summary>Whether a part of a check is wanted: <c>--only footprint.load</c>.</summary>
    public bool Wants(string check, string part) =>
        Only.Count == 0 || Only.Contains(check, StringComparer.Ordinal) || Only.Contains($"{check}.{part}", StringComparer.Ordinal);

    /// <summary>What users run, where it was built; else what stands beside this program.</summary>
    private static string Published()
    {
        var published = RepositoryRoot.File("out/k8srecorder-sidecar");
        return File.Exists(published) ? published : Path.Combine(AppContext.BaseDirectory, "k8srecorder-sidecar");
    }
}

using System.Globalization;

namespace K8sRecorder.Soak;

/// <summary>What a run was asked for: <c>--name value</c> pairs.</summary>
internal sealed record SoakOptions
{
    public int Kills { get; init; } = 2000;

    public int KillsPerStore { get; init; } = 4;

    public int Seed { get; init; } = Environment.TickCount & 0xffffff;

    /// <summary>Folder with store, spool and keys; for the processes that a run starts.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Number of the crash point at which the writer kills itself; -1: at none.</summary>
    public int DieAt { get; init; } = -1;

    /// <summary>At which passing of that point.</summary>
    public int DieAtPassing { get; init; } = 1;

    /// <summary>Stores that are worked on at the same time.</summary>
    public int Parallel { get; init; } = 2;

    /// <summary>The writer ends its session in order instead of waiting to be killed.</summary>
    public bool Finish { get; init; }

    /// <summary>Recording mode of the sidecar; empty: each in turn.</summary>
    public string Mode { get; init; } = "";

    /// <summary>Connections come to the sidecar as in a pod: redirected, with TLS and without.</summary>
    public bool Redirect { get; init; }

    /// <summary>The sidecar's executable; empty: the one that was built with the soak.</summary>
    public string Sidecar { get; init; } = "";

    /// <summary>After so many seconds nothing new is begun; 0: no limit.</summary>
    public int Seconds { get; init; }

    public static SoakOptions? Parse(string[] arguments)
    {
        var options = new SoakOptions();
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
                continue;
            if (arguments[i] is "--finish" or "--redirect")
            {
                options = arguments[i] == "--finish" ? options with { Finish = true } : options with { Redirect = true };
                continue;
            }
            if (i + 1 == arguments.Length)
                return null;
            var value = arguments[++i];
            var text = arguments[i - 1] switch
            {
                "--folder" => options with { Folder = value },
                "--sidecar" => options with { Sidecar = value },
                "--mode" when value is "Strict" or "Buffered" or "BestEffort" => options with { Mode = value },
                _ => null,
            };
            if (text is not null)
            {
                options = text;
                continue;
            }
            if (!int.TryParse(value, CultureInfo.InvariantCulture, out var number) || number < 0)
                return null;
            var changed = arguments[i - 1] switch
            {
                "--kills" => options with { Kills = number },
                "--kills-per-store" => options with { KillsPerStore = Math.Max(1, number) },
                "--seed" => options with { Seed = number },
                "--die-at" => options with { DieAt = number },
                "--die-at-passing" => options with { DieAtPassing = number },
                "--seconds" => options with { Seconds = number },
                "--parallel" => options with { Parallel = Math.Max(1, number) },
                _ => null,
            };
            if (changed is null)
                return null;
            options = changed;
        }
        return options;
    }
}

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

    public static SoakOptions? Parse(string[] arguments)
    {
        var options = new SoakOptions();
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
                continue;
            if (arguments[i] == "--finish")
            {
                options = options with { Finish = true };
                continue;
            }
            if (i + 1 == arguments.Length)
                return null;
            var value = arguments[++i];
            if (arguments[i - 1] == "--folder")
            {
                options = options with { Folder = value };
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

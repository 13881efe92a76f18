using System.Globalization;
using K8sRecorder.Testing;

namespace K8sRecorder.Benchmarks.Http;

/// <summary>What a run was asked for: <c>--name value</c> pairs; lists are separated by commas.</summary>
internal sealed record HttpOptions
{
    public const string Usage =
        """
        usage: benchmarks http [--case get,post,sse,model] [--peer direct,nginx,haproxy,yarp,mitmdump,strict]
                               [--part load,latency,first-event,memory,start] [--rounds N] [--seconds N] [--warm-up N] [--sidecar FILE]
               a slice by --case or --peer is of load alone unless --part says more; `buffered` takes part in everything
        """;

    public static readonly string[] AllCases = ["get", "post", "sse", "model"];
    public static readonly string[] AllPeers = ["direct", "nginx", "haproxy", "yarp", "mitmdump", "strict"];
    public static readonly string[] AllParts = ["load", "latency", "first-event", "memory", "start"];

    public IReadOnlyList<string> Cases { get; init; } = AllCases;

    public IReadOnlyList<string> Peers { get; init; } = AllPeers;

    public IReadOnlyList<string> Parts { get; init; } = AllParts;

    public int Rounds { get; init; } = 5;

    /// <summary>Seconds of one peer's turn in a round.</summary>
    public int Seconds { get; init; } = 3;

    /// <summary>Seconds of load before the first round, for compilers and caches.</summary>
    public int WarmUp { get; init; } = 3;

    /// <summary>The sidecar under test: what users run.</summary>
    public string Sidecar { get; init; } = RepositoryRoot.File("out/k8srecorder-sidecar");

    public static HttpOptions? Parse(IReadOnlyList<string> arguments)
    {
        var options = new HttpOptions();
        var parts = (IReadOnlyList<string>?)null;
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (i + 1 == arguments.Count)
                return null;
            var value = arguments[i + 1];
            var changed = arguments[i] switch
            {
                "--case" => Listed(value, AllCases) is { } cases ? options with { Cases = cases } : null,
                "--peer" => Listed(value, AllPeers) is { } peers ? options with { Peers = peers } : null,
                "--part" => (parts = Listed(value, AllParts)) is null ? null : options,
                "--rounds" => Number(value) is { } rounds and > 0 ? options with { Rounds = rounds } : null,
                "--seconds" => Number(value) is { } seconds and > 0 ? options with { Seconds = seconds } : null,
                "--warm-up" => Number(value) is { } warmUp ? options with { WarmUp = warmUp } : null,
                "--sidecar" => options with { Sidecar = Path.GetFullPath(value) },
                _ => null,
            };
            if (changed is null)
                return null;
            options = changed;
        }
        var isSlice = arguments.Contains("--case") || arguments.Contains("--peer");
        return options with { Parts = parts ?? (isSlice ? ["load"] : AllParts) };
    }

    /// <summary>The named ones, in the order in which they are known; null where one is unknown.</summary>
    private static string[]? Listed(string value, string[] known)
    {
        var named = value.Split(',');
        return named.All(known.Contains) ? [.. known.Where(named.Contains)] : null;
    }

    private static int? Number(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

using System.Globalization;
using K8sRecorder.Testing;

namespace K8sRecorder.Benchmarks.Tls;

/// <summary>What a run was asked for: <c>--name value</c> pairs.</summary>
internal sealed record TlsOptions
{
    public const string Usage = "usage: benchmarks tls [--connections N] [--rounds N] [--megabytes N] [--sidecar FILE]";

    /// <summary>Connections measured over each way; as many before them are not.</summary>
    public int Connections { get; init; } = 500;

    /// <summary>Downloads over each way.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>MiB of a download.</summary>
    public int Megabytes { get; init; } = 1024;

    /// <summary>The sidecar under test: what users run.</summary>
    public string Sidecar { get; init; } = RepositoryRoot.File("out/k8srecorder-sidecar");

    public static TlsOptions? Parse(IReadOnlyList<string> arguments)
    {
        var options = new TlsOptions();
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (i + 1 == arguments.Count)
                return null;
            var value = arguments[i + 1];
            var number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) && parsed > 0 ? parsed : (int?)null;
            var changed = arguments[i] switch
            {
                "--connections" when number is { } connections => options with { Connections = connections },
                "--rounds" when number is { } rounds => options with { Rounds = rounds },
                "--megabytes" when number is { } megabytes => options with { Megabytes = megabytes },
                "--sidecar" => options with { Sidecar = Path.GetFullPath(value) },
                _ => null,
            };
            if (changed is null)
                return null;
            options = changed;
        }
        return options;
    }
}

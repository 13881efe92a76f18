namespace K8sRecorder.Sidecar.Startup;

/// <summary>The command line, as POLICY fixes it; every problem of it at once.</summary>
internal sealed class CommandLine
{
    public const string Usage =
        "usage: k8srecorder-sidecar --policy FILE --store URL --spool DIR [--keys DIR] [--tag-key FILE] [--admin ADDR:PORT]\n"
        + "       with capture.mode Redirect or Proxy: --ca DIR --bundle DIR [--secrets DIR]; with Proxy: [--proxy ADDR:PORT]\n"
        + "       k8srecorder-sidecar init: installs the rules that redirect; see init --help";

    private static readonly string[] Names = ["--policy", "--store", "--spool", "--keys", "--tag-key", "--admin", "--ca", "--bundle", "--secrets", "--proxy"];
    private static readonly string[] Required = ["--policy", "--store", "--spool"];

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private CommandLine()
    {
    }

    public string Policy => _values["--policy"];

    public string Store => _values["--store"];

    public string Spool => _values["--spool"];

    public string? Keys => _values.GetValueOrDefault("--keys");

    public string? TagKey => _values.GetValueOrDefault("--tag-key");

    public string? Authority => _values.GetValueOrDefault("--ca");

    public string? Bundle => _values.GetValueOrDefault("--bundle");

    public string? Secrets => _values.GetValueOrDefault("--secrets");

    public string? Proxy => _values.GetValueOrDefault("--proxy");

    public string? Admin => _values.GetValueOrDefault("--admin");

    /// <summary>Reads it; takes <c>--name value</c> and <c>--name=value</c>. Null where something is missing.</summary>
    public static CommandLine? Read(IReadOnlyList<string> arguments, string? defaultStore, ICollection<string> problems)
    {
        var line = new CommandLine();
        var before = problems.Count;
        for (var i = 0; i < arguments.Count; i++)
        {
            var equals = arguments[i].IndexOf('=', StringComparison.Ordinal);
            var name = equals > 0 ? arguments[i][..equals] : arguments[i];
            if (!Names.Contains(name))
                problems.Add($"{name}: there is no such option");
            else if (equals < 0 && i + 1 == arguments.Count)
                problems.Add($"{name}: its value is missing");
            else if (!line._values.TryAdd(name, equals > 0 ? arguments[i][(equals + 1)..] : arguments[++i]))
                problems.Add($"{name}: given twice");
        }
        if (defaultStore is { Length: > 0 })
            line._values.TryAdd("--store", defaultStore);
        foreach (var name in Required)
        {
            if (!line._values.TryGetValue(name, out var value) || value.Length == 0)
                problems.Add($"{name}: is required");
        }
        return problems.Count == before ? line : null;
    }
}

using System.Globalization;

namespace K8sRecorder.Sidecar.Init;

/// <summary>What is to be redirected where, and what the run is to do.</summary>
internal sealed record InitOptions
{
    public const string Usage =
        "usage: k8srecorder-sidecar init [--inbound record|pass] [--uid N] [--tcp-port N] [--dns-port N] [--inbound-port N] [--own-port N[,N…]]\n" +
        "                                [--agents-without-net-raw] [--node] [--nft FILE] [--print | --validate] [-o text|json]\n" +
        "exit codes: 0 in place and tried, 1 a check failed, 2 in place but it could not be tried here, 3 usage, 5 could not be put in place";

    private static readonly string[] Flags = ["--print", "--validate", "--agents-without-net-raw", "--node"];

    /// <summary>The one uid whose traffic is left alone: the recorder's.</summary>
    public uint Uid { get; init; } = 64532;

    /// <summary>Where the recorder takes every outgoing TCP connection.</summary>
    public int TcpPort { get; init; } = 15001;

    /// <summary>Where the recorder answers DNS, over UDP and TCP.</summary>
    public int DnsPort { get; init; } = 15053;

    /// <summary>Where the recorder takes connections from outside.</summary>
    public int InboundPort { get; init; } = 15006;

    /// <summary>Whether connections from outside go through the recorder, or are counted and let through.</summary>
    public bool RecordInbound { get; init; } = true;

    /// <summary>More TCP ports that are the recorder's, such as its admin port: taken from outside without a detour, answered by nobody else.</summary>
    public IReadOnlyList<int> OwnPorts { get; init; } = [];

    /// <summary>Whoever starts us has made sure that no other container has CAP_NET_RAW.</summary>
    public bool AgentsWithoutNetRaw { get; init; }

    /// <summary>To go on where this is the node's own network namespace.</summary>
    public bool Node { get; init; }

    /// <summary>The nft to run; null: where distributions put it.</summary>
    public string? Nft { get; init; }

    public bool Print { get; init; }

    public bool Validate { get; init; }

    public bool Json { get; init; }

    /// <summary>Reads <c>--name value</c> and <c>--name=value</c>; null and every problem at once where something is wrong.</summary>
    public static InitOptions? Read(IReadOnlyList<string> arguments, ICollection<string> problems)
    {
        var options = new InitOptions();
        var given = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            var equals = arguments[i].StartsWith("--", StringComparison.Ordinal) ? arguments[i].IndexOf('=', StringComparison.Ordinal) : -1;
            var name = equals > 0 ? arguments[i][..equals] : arguments[i];
            if (!given.Add(name))
                problems.Add($"{name}: given twice");
            if (Flags.Contains(name))
            {
                if (equals > 0)
                    problems.Add($"{name}: takes no value");
                options = name switch
                {
                    "--print" => options with { Print = true },
                    "--validate" => options with { Validate = true },
                    "--node" => options with { Node = true },
                    _ => options with { AgentsWithoutNetRaw = true },
                };
                continue;
            }
            if (equals < 0 && i + 1 == arguments.Count && IsKnown(name))
                problems.Add($"{name}: its value is missing");
            else if (IsKnown(name))
                options = options.With(name, equals > 0 ? arguments[i][(equals + 1)..] : arguments[++i], problems);
            else
                problems.Add($"{name}: there is no such option");
        }
        int[] ports = [options.TcpPort, options.DnsPort, options.InboundPort, .. options.OwnPorts];
        if (ports.Distinct().Count() != ports.Length)
            problems.Add("every port of the recorder must be another one");
        if (options.Print && options.Validate)
            problems.Add("--print and --validate: one of them");
        return problems.Count == 0 ? options : null;
    }

    private static bool IsKnown(string name) =>
        name is "--uid" or "--tcp-port" or "--dns-port" or "--inbound-port" or "--own-port" or "--inbound" or "--nft" or "-o";

    private InitOptions With(string name, string value, ICollection<string> problems) => name switch
    {
        "--uid" => this with { Uid = ReadUid(value, problems) },
        "--tcp-port" => this with { TcpPort = ReadPort(name, value, problems) },
        "--dns-port" => this with { DnsPort = ReadPort(name, value, problems) },
        "--inbound-port" => this with { InboundPort = ReadPort(name, value, problems) },
        "--own-port" => this with { OwnPorts = [.. value.Split(',').Select(port => ReadPort(name, port, problems))] },
        "--inbound" => this with { RecordInbound = ReadChoice(name, value, "record", "pass", problems) },
        "-o" => this with { Json = ReadChoice(name, value, "json", "text", problems) },
        _ => this with { Nft = value },
    };

    // Root and the uid that stands for "none" are nobody's: with the first every agent that runs as root would go by unseen.
    private static uint ReadUid(string value, ICollection<string> problems)
    {
        if (uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var uid) && uid is > 0 and < uint.MaxValue)
            return uid;
        problems.Add("--uid: must be a uid, and not root's");
        return 1;
    }

    private static int ReadPort(string name, string value, ICollection<string> problems)
    {
        if (ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is not (0 or 53))
            return port;
        problems.Add($"{name}: must be a port from 1 to 65535, and not 53");
        return 0;
    }

    private static bool ReadChoice(string name, string value, string yes, string no, ICollection<string> problems)
    {
        if (value != yes && value != no)
            problems.Add($"{name}: must be {yes} or {no}");
        return value == yes;
    }
}

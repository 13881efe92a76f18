using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace K8sRecorder.Sidecar.Init;

/// <summary>What the run came to, for a person and for a program.</summary>
internal sealed class InitReport
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly InitOptions _options;
    private readonly IReadOnlyList<string> _interfaces;
    private readonly IReadOnlyList<Check> _checks;

    /// <param name="options">What was asked for.</param>
    /// <param name="interfaces">The interfaces of this namespace but lo.</param>
    /// <param name="installation">How putting the rules in place went; null where that was not asked for.</param>
    /// <param name="checks">What was tried.</param>
    /// <param name="kernelHasXdp">Whether the kernel has XDP sockets.</param>
    public InitReport(
        InitOptions options, IReadOnlyList<string> interfaces, Installation? installation, IReadOnlyList<Check> checks, bool kernelHasXdp)
    {
        _options = options;
        _interfaces = interfaces;
        _checks = checks;
        Installed = installation is not null;
        Holes = [.. FindHoles(installation, kernelHasXdp)];
    }

    public bool Installed { get; }

    /// <summary>Ways round the recorder that stay open, each with what closes it.</summary>
    public IReadOnlyList<string> Holes { get; }

    /// <summary>No way round is known, to a process that may not take the recorder's uid.</summary>
    public bool BypassProof => Holes.Count == 0;

    public int ExitCode => _checks.Any(check => check.Status == CheckStatus.Failed) ? InitCommand.CheckFailed
        : _checks.All(check => check.Status == CheckStatus.Skipped) ? InitCommand.NotTried
        : InitCommand.Done;

    public string Text()
    {
        var text = new StringBuilder();
        if (Installed)
            text.Append($"installed  table inet recorder: all but uid {_options.Uid}; tcp to {_options.TcpPort}, dns to {_options.DnsPort}, ")
                .Append(_options.RecordInbound ? $"inbound to {_options.InboundPort}\n" : "inbound counted\n");
        foreach (var check in _checks)
            text.Append($"{check.Status switch { CheckStatus.Ok => "ok", CheckStatus.Failed => "FAILED", _ => "skipped" },-9}  {check.Name,-18} {check.Said}\n");
        if (_checks.Count == 0)
            text.Append($"skipped    nothing could be tried: we are uid {_options.Uid}, the recorder's, and without CAP_SETUID nobody else\n");
        foreach (var hole in Holes)
            text.Append($"open       {hole}\n");
        return text.Append($"BypassProof={BypassProof}").ToString();
    }

    public string Json()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            json.WriteStartObject();
            json.WriteBoolean("installed", Installed);
            json.WriteNumber("uid", _options.Uid);
            json.WriteNumber("tcpPort", _options.TcpPort);
            json.WriteNumber("dnsPort", _options.DnsPort);
            json.WriteNumber("inboundPort", _options.InboundPort);
            json.WriteString("inbound", _options.RecordInbound ? "record" : "pass");
            WriteStrings(json, "interfaces", _interfaces);
            json.WriteStartArray("checks");
            foreach (var check in _checks)
            {
                json.WriteStartObject();
                json.WriteString("name", check.Name);
                json.WriteString("status", check.Status switch { CheckStatus.Ok => "ok", CheckStatus.Failed => "failed", _ => "skipped" });
                json.WriteString("said", check.Said);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteBoolean("bypassProof", BypassProof);
            WriteStrings(json, "holes", Holes);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private IEnumerable<string> FindHoles(Installation? installation, bool kernelHasXdp)
    {
        foreach (var check in _checks.Where(check => check.Status == CheckStatus.Failed))
            yield return $"{check.Name}: {check.Said}";
        if (_checks.All(check => check.Status == CheckStatus.Skipped))
            yield return "nothing could be tried";
        if (installation?.EgressProblem is { } problem)
            yield return $"packet sockets: {problem}; agents must not have CAP_NET_RAW";
        // Only looking: without the right to try a frame nobody knows whether the chains are there.
        if (installation is null && _interfaces.Any(name => !_checks.Contains(Tried(name))))
            yield return "packet sockets: it takes CAP_NET_RAW to try them; agents must not have CAP_NET_RAW";
        if (kernelHasXdp && !_options.AgentsWithoutNetRaw)
            yield return "XDP sockets: this kernel has them, and they send past every rule; drop CAP_NET_RAW from every other container and say --agents-without-net-raw";
        if (!_options.RecordInbound)
            yield return "inbound: connections from outside are counted (nft counters inbound, inbound_answers) and carry out what they like";
    }

    private Check Tried(string name) => _checks.FirstOrDefault(check => check.Name == $"packet-{name}" && check.Status == CheckStatus.Ok);
}

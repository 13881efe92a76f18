using System.Text.Json;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;
using K8sRecorder.Testing;
using Xunit.Abstractions;

namespace K8sRecorder.Integration.Hostile;

/// <summary>
/// The real sidecar with a target to attack (over HTTP and as raw TCP), and beside it a neighbour with a target of its own that is served
/// all the while. At the end everything that every attack is held to is checked: the neighbour's answers, the process, its memory, the
/// recording, and that no canary is in anything that was stored or logged.
/// </summary>
internal sealed class Siege : IAsyncDisposable
{
    /// <summary>Masked by a built-in detector; every attack that can carry it does.</summary>
    public const string Canary = "sk-ant-hostile-Zq8vN2kLx7RtY4uWc9Pb3MdHf6Gj1Ks5";

    // Generous: beside the tests the process is not compiled ahead, and takes some 70 MB by itself.
    private const int MaxMegabytes = 256;

    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly ITestOutputHelper _output;
    private readonly string _mode;
    private readonly ScriptedTarget _honest = new();
    private readonly TemporaryFolder _folder = new();

    private Siege(ITestOutputHelper output, string mode, ScriptedTarget target)
    {
        _output = output;
        _mode = mode;
        Target = target;
    }

    public int Port { get; } = Loopback.FreePort();

    public int TcpPort { get; } = Loopback.FreePort();

    public int NeighbourPort { get; } = Loopback.FreePort();

    public ScriptedTarget Target { get; }

    public SidecarProcess Sidecar { get; private set; } = null!;

    public SteadyNeighbour Neighbour { get; private set; } = null!;

    /// <summary>The session, as the line says that tells that the sidecar is ready.</summary>
    public string Session => Sidecar.Output.Split(" session=")[1][..26];

    /// <summary>Starts all of it; the neighbour has had its first answers when this returns.</summary>
    public static async Task<Siege> StartAsync(
        ITestOutputHelper output, Func<RawPeer, Task>? script = null, string mode = "Buffered", int openFiles = 0, int exchangesPerConnection = 10)
    {
        var siege = new Siege(output, mode, new ScriptedTarget(script));
        try
        {
            siege.Sidecar = await SidecarProcess.StartAsync(siege.Policy(), executable: openFiles == 0 ? Scale.Sidecar : siege.WriteScript(openFiles));
            siege.Neighbour = new SteadyNeighbour(siege.NeighbourPort, exchangesPerConnection);
            siege.Neighbour.Start();
            await siege.Neighbour.PassAsync(5);
            return siege;
        }
        catch
        {
            await siege.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection to the attacked target's listener.</summary>
    public Task<RawPeer> AttackAsync() => RawPeer.ToAsync(Port);

    /// <summary>Sends a request and gives status and text of its answer.</summary>
    public async Task<(int Status, string Body)> AskAsync(string request)
    {
        using var peer = await AttackAsync();
        await peer.SendAsync(request);
        return await peer.ReadAnswerAsync();
    }

    /// <summary>The attack is over: checks what holds after every attack and gives the recording's records.</summary>
    public async Task<IReadOnlyList<JsonElement>> EndAsync(string attack, int? maxMegabytes = null)
    {
        await Neighbour.PassAsync(20);
        Assert.False(Sidecar.Process.HasExited, Sidecar.Output);
        var (peak, after) = (ProcessFigures.PeakMegabytes(Sidecar.Process.Id), ProcessFigures.ResidentMegabytes(Sidecar.Process.Id));
        await Neighbour.StopAsync();
        await Sidecar.StopWhenShippedAsync();
        var records = Recorded.Lines(Sidecar.StoreFolder);
        var gaps = records.Where(record => Text(record, "kind") == "gap").ToList();
        var dropped = gaps.Sum(gap => gap.GetProperty("records").GetInt64());
        var line = $"hostile {attack}, {_mode}: peak={peak} MB after={after} MB neighbour={Neighbour.Answers} answers, longest {Neighbour.Longest.TotalMilliseconds:0} ms, "
            + (gaps.Count == 0 ? "" : $"{gaps.Count} gaps of {dropped} records and {gaps.Sum(gap => gap.GetProperty("bytes").GetInt64()) >> 10} KiB, ")
            + $"took {TimeProvider.System.GetElapsedTime(_started).TotalSeconds:0} s";
        _output.WriteLine(line);
        if (Environment.GetEnvironmentVariable("RECORDER_HOSTILE_FIGURES") is { Length: > 0 } file)
            await File.AppendAllTextAsync(file, line + "\n");
        Assert.True(peak <= (maxMegabytes ?? MaxMegabytes), $"{line}; at most {maxMegabytes ?? MaxMegabytes} MB");

        var verified = await new StoreVerifier(StoreUrl.ForFolder(Sidecar.StoreFolder).OpenReader(), TrustSet.Empty).VerifyAsync(null, CancellationToken.None);
        Assert.All(verified.Sessions, session => Assert.True(
            session.Integrity == Integrity.Sound
            && (session.Completeness == Completeness.Complete || (_mode == "BestEffort" && session.Findings.All(finding => finding.Code == FindingCode.Gap))),
            $"{session.Integrity}, {session.Completeness}:\n{string.Join('\n', session.Findings)}"));
        var haystack = new Haystack();
        haystack.AddFolder("store", Sidecar.StoreFolder);
        haystack.AddFolder("spool", Sidecar.SpoolFolder);
        haystack.Add("output", System.Text.Encoding.UTF8.GetBytes(Sidecar.Output));
        Assert.Empty(haystack.FindAnyForm(Canary));
        var neighbours = records.Count(record => Text(record, "target") == "neighbour" && Text(record, "kind") == "http.request");
        // what BestEffort dropped it says: silent loss is a bug in every mode
        Assert.InRange(neighbours, Neighbour.Answers - (_mode == "BestEffort" ? dropped : 0), Neighbour.Answers);
        return records;
    }

    /// <summary>Such a record is there; in BestEffort a gap may stand for it.</summary>
    public void AssertRecorded(IEnumerable<JsonElement> records, Func<JsonElement, bool> wanted) =>
        Assert.Contains(records, record => wanted(record) || (_mode == "BestEffort" && Text(record, "kind") == "gap"));

    /// <summary>A field of a record as text; empty where it is not there.</summary>
    public static string Text(JsonElement record, string name) => record.TryGetProperty(name, out var value) ? value.ToString() : "";

    public async ValueTask DisposeAsync()
    {
        if (Neighbour is not null)
            await Neighbour.DisposeAsync();
        if (Sidecar is not null)
        {
            var said = Sidecar.Output;
            _output.WriteLine($"the last it said:\n{said[Math.Max(0, said.Length - 2000)..]}");
            await Sidecar.DisposeAsync();
        }
        await Target.DisposeAsync();
        await _honest.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A script that starts the sidecar with so many descriptors and not one more: .NET raises the soft limit to the hard one.</summary>
    private string WriteScript(int openFiles)
    {
        var script = _folder["sidecar.sh"];
        var sidecar = Scale.Sidecar ?? Path.Combine(AppContext.BaseDirectory, "k8srecorder-sidecar");
        File.WriteAllText(script, $"#!/bin/sh\nexec prlimit --nofile={openFiles}:{openFiles} '{sidecar}' \"$@\"\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return script;
    }

    private string Policy() =>
        $$"""
        apiVersion: k8srecorder.io/v1alpha1
        kind: RecordingPolicy
        metadata: { name: test, namespace: default }
        spec:
          mode: {{_mode}}
          targets:
            - name: target
              listen: 127.0.0.1:{{Port}}
              protocol: HTTP
              upstream: { address: "127.0.0.1:{{Target.Port}}", tls: { mode: Disable }, host: Preserve }
            - name: raw
              listen: 127.0.0.1:{{TcpPort}}
              protocol: TCP
              upstream: { address: "127.0.0.1:{{Target.Port}}", tls: { mode: Disable } }
            - name: neighbour
              listen: 127.0.0.1:{{NeighbourPort}}
              protocol: HTTP
              upstream: { address: "127.0.0.1:{{_honest.Port}}", tls: { mode: Disable }, host: Preserve }
          runKeys: [ { header: x-agent-run } ]
          record: { bodies: { limit: {{Scale.Of(2, 16)}}Mi } }
          masking: { detectors: { include: [ "*" ] } }

        """;
}

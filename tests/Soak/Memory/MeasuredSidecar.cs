using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using K8sRecorder.Testing;

namespace K8sRecorder.Soak.Memory;

/// <summary>The sidecar as it is published, one HTTP and one TCP listener, with everything it needs in a folder of its own.</summary>
internal sealed class MeasuredSidecar : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _adminPort = Loopback.FreePort();
    private readonly HttpClient _client = new();
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<TimeSpan> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MeasuredSidecar(string file, Origin origin, string mode, string more)
    {
        File.WriteAllText(_folder["policy.yaml"], Policy(origin, mode, more));
        File.WriteAllBytes(_folder["tag.key"], new byte[32]);
        Directory.CreateDirectory(StoreFolder);
        var start = new ProcessStartInfo(file) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[]
        {
            "--policy", _folder["policy.yaml"], "--store", $"file://{StoreFolder}", "--spool", _folder["spool"], "--keys", _folder["keys"],
            "--tag-key", _folder["tag.key"], "--admin", $"127.0.0.1:{_adminPort}",
        })
            start.ArgumentList.Add(argument);
        var began = Stopwatch.GetTimestamp();
        _process = Process.Start(start) ?? throw new InvalidOperationException("the sidecar did not start");
        _process.OutputDataReceived += (_, line) => Keep(line.Data, began);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data, began);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    public int Id => _process.Id;

    public IPEndPoint Http { get; } = new(IPAddress.Loopback, Loopback.FreePort());

    public IPEndPoint Tcp { get; } = new(IPAddress.Loopback, Loopback.FreePort());

    public string StoreFolder => _folder["store"];

    public string SpoolFolder => _folder["spool"];

    /// <summary>From the start of the process to the line that says that its listeners are open.</summary>
    public TimeSpan ReadyAfter => _ready.Task.Result;

    public static async Task<MeasuredSidecar> StartAsync(string file, Origin origin, string mode = "Buffered", string more = "")
    {
        var sidecar = new MeasuredSidecar(file, origin, mode, more);
        await sidecar._ready.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return sidecar;
    }

    /// <summary>A figure of the metrics page.</summary>
    public async Task<double> MetricAsync(string name)
    {
        foreach (var line in (await MetricsAsync()).Split('\n'))
        {
            if (line.StartsWith(name + " ", StringComparison.Ordinal))
                return double.Parse(line.AsSpan(name.Length + 1), CultureInfo.InvariantCulture);
        }

        throw new InvalidDataException($"there is no metric {name}");
    }

    /// <summary>Series on the metrics page.</summary>
    public async Task<int> SeriesAsync() =>
        (await MetricsAsync()).Split('\n').Count(static line => line.Length > 0 && line[0] != '#');

    /// <summary>SIGTERM, again and again until all is shipped: stopping gives the store two seconds.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        if (!Output.Contains("everything recorded is in the store", StringComparison.Ordinal))
            throw new InvalidOperationException($"not everything was shipped:\n{Output}");
    }

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _client.Dispose();
        _folder.Dispose();
    }

    private string Policy(Origin origin, string mode, string more) =>
        $$"""
        apiVersion: k8srecorder.io/v1alpha1
        kind: RecordingPolicy
        metadata: { name: soak, namespace: default }
        spec:
          mode: {{mode}}
          limits: { recordsPerSecond: 1000000 }
          targets:
            - name: api
              listen: {{Http}}
              protocol: HTTP
              upstream: { address: "127.0.0.1:{{origin.Port}}", host: Preserve, tls: { mode: Disable } }
            - name: raw
              listen: {{Tcp}}
              protocol: TCP
              upstream: { address: "127.0.0.1:{{origin.EchoPort}}", tls: { mode: Disable } }
        {{more}}

        """;

    private Task<string> MetricsAsync() => _client.GetStringAsync(new Uri($"http://127.0.0.1:{_adminPort}/metrics"));

    private void Keep(string? line, long began)
    {
        if (line is null)
        {
            _ready.TrySetException(new InvalidOperationException($"the sidecar ended:\n{Output}"));
            return;
        }

        if (line.StartsWith("k8srecorder-sidecar: ready ", StringComparison.Ordinal))
            _ready.TrySetResult(Stopwatch.GetElapsedTime(began));
        lock (_output)
            _output.AppendLine(line);
    }
}

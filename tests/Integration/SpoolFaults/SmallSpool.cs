using System.Globalization;
using K8sRecorder.Integration.Hostile;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Recordings;

namespace K8sRecorder.Integration.SpoolFaults;

/// <summary>A sidecar whose spool lies on a small disk, an honest target, and agents that know which of their requests were answered.</summary>
internal sealed class SmallSpool : IAsyncDisposable
{
    private const int DiskBytes = 8 << 20;

    private readonly HttpClient _agent = new() { Timeout = TimeSpan.FromMinutes(1) };
    private int _number;

    public SmallSpool(string mode, Func<RawPeer, Task>? script = null, string? executable = null)
    {
        Target = new ScriptedTarget(script);
        Sidecar = new SidecarProcess(Policies.OneTarget(Port, new Uri($"http://127.0.0.1:{Target.Port}"), mode: mode), executable: executable);
        Disk = new SmallDisk(Sidecar.SpoolFolder, DiskBytes);
    }

    public int Port { get; } = Loopback.FreePort();

    public SmallDisk Disk { get; }

    public ScriptedTarget Target { get; }

    public SidecarProcess Sidecar { get; }

    /// <summary>Bodies of requests whose answer came whole.</summary>
    public List<string> Answered { get; } = [];

    /// <summary>Sends a request with a body of its own; gives status and answer.</summary>
    public async Task<(int Status, string Body)> AskAsync(int size = 100)
    {
        var body = $"<{Interlocked.Increment(ref _number)} {new string('x', size)}>";
        using var content = new StringContent(body);
        using var answer = await _agent.PostAsync(new Uri($"http://127.0.0.1:{Port}/"), content);
        var text = await answer.Content.ReadAsStringAsync();
        if ((int)answer.StatusCode == 200)
        {
            Assert.Equal($"POST / {body}", text);
            lock (Answered)
                Answered.Add(body);
        }
        return ((int)answer.StatusCode, text);
    }

    public async Task AskAsync(int times, int size)
    {
        for (var i = 0; i < times; i++)
            Assert.Equal(200, (await AskAsync(size)).Status);
    }

    /// <summary>Waits until a figure of <c>/metrics</c> is this one.</summary>
    public async Task UntilAsync(string metric, double value)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var text = await _agent.GetStringAsync(new Uri(Sidecar.Admin, "/metrics"), patience.Token);
            var line = text.Split('\n').FirstOrDefault(line => line.StartsWith(metric, StringComparison.Ordinal));
            if (line is not null && double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture) == value)
                return;
            await Task.Delay(10, patience.Token);
        }
    }

    /// <summary>Stops it; what is in the store is sound, and every request that was answered is in it, or counted in a gap.</summary>
    public async Task<(VerifyResult Verdict, List<CheckedRecord> Records)> EndAsync()
    {
        await Sidecar.StopWhenShippedAsync();
        Assert.Equal(0, Sidecar.Process.ExitCode);
        var check = StoreCheck.Run(Sidecar.StoreFolder);
        Assert.Empty(check.Problems);
        await using var store = new FolderStore(Sidecar.StoreFolder);
        var verified = await new StoreVerifier(store, TrustSet.Empty).VerifyAsync(null, CancellationToken.None);
        Assert.All(verified.Sessions, session => Assert.True(session.Integrity == Integrity.Sound, string.Join('\n', session.Findings)));

        // A busy machine ships the rest at another start, whose own session holds no exchange.
        var verdict = verified.Sessions[0];
        var records = check.Sessions[verdict.Session];
        Assert.Empty(Bodies(check.Sessions.Where(session => session.Key != verdict.Session).SelectMany(session => session.Value)));
        var dropped = records.Where(record => record.Kind == "gap").Sum(record => record.Fields.GetProperty("records").GetInt64());
        var recorded = Bodies(records);
        Assert.InRange(Answered.Count(body => !recorded.Contains(body)), 0, dropped);
        Assert.True(dropped > 0 || verdict.Completeness == Completeness.Complete, string.Join('\n', verdict.Findings));
        return (verdict, records);
    }

    /// <summary>The bodies of the requests among these records.</summary>
    public static HashSet<string> Bodies(IEnumerable<CheckedRecord> records) =>
        [.. records.Where(record => record.Kind == "http.request" && record.Content.ContainsKey("body")).Select(record => record.Text("body"))];

    public async ValueTask DisposeAsync()
    {
        _agent.Dispose();
        Disk.Dispose();
        await Sidecar.DisposeAsync();
        await Target.DisposeAsync();
    }
}

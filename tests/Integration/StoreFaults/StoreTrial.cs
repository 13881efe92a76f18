using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using K8sRecorder.Integration.Hostile;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;
using K8sRecorder.Testing;

namespace K8sRecorder.Integration.StoreFaults;

/// <summary>A sidecar before a store that will fail, an honest target, and agents that know which of their requests were answered.</summary>
internal sealed class StoreTrial : IAsyncDisposable
{
    /// <summary>The connection ended before the answer did.</summary>
    public const int Cut = 0;

    public const string Failing = "recorder_shipping_failing";
    public const string Full = "recorder_spool_full";
    public const string Waiting = "recorder_spool_waiting";

    private readonly HttpClient _agent = new() { Timeout = TimeSpan.FromMinutes(1) };
    private readonly AzureAccess? _access;
    private int _number;

    /// <summary>Prepares one; without a store a folder of its own.</summary>
    public StoreTrial(string mode, StoreUrl? store = null, string? connection = null, AzureAccess? access = null)
    {
        _access = access;
        var policy = Policies.OneTarget(Port, new Uri($"http://127.0.0.1:{Target.Port}"), mode: mode)
            .Replace("  targets:", "  spool: { sizeLimit: 4Mi, flushInterval: 200ms, headInterval: 100ms }\n  targets:", StringComparison.Ordinal);
        Sidecar = new SidecarProcess(
            policy, store?.ToString(), connection is null ? null : new Dictionary<string, string> { ["AZURE_STORAGE_CONNECTION_STRING"] = connection });
    }

    public int Port { get; } = Loopback.FreePort();

    public ScriptedTarget Target { get; } = new();

    public SidecarProcess Sidecar { get; }

    /// <summary>Bodies of requests whose answer came whole.</summary>
    public List<string> Answered { get; } = [];

    /// <summary>Sends a request with a body of its own that cannot be compressed much; gives the status, or <see cref="Cut"/>.</summary>
    public async Task<int> AskAsync(int size = 100)
    {
        var body = $"<{Interlocked.Increment(ref _number)} {RandomNumberGenerator.GetHexString(size)}>";
        using var content = new StringContent(body);
        try
        {
            using var answer = await _agent.PostAsync(new Uri($"http://127.0.0.1:{Port}/"), content);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                Assert.Equal($"POST / {body}", await answer.Content.ReadAsStringAsync());
                lock (Answered)
                    Answered.Add(body);
            }
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return Cut;
        }
    }

    public async Task AskAsync(int times, int size)
    {
        for (var i = 0; i < times; i++)
            Assert.Equal(200, await AskAsync(size));
    }

    public async Task<string> AdminAsync(string path)
    {
        using var answer = await _agent.GetAsync(new Uri(Sidecar.Admin, path));
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }

    public async Task<double> MetricAsync(string name)
    {
        var line = (await AdminAsync("/metrics")).Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    public Task UntilAsync(string metric, double value) => UntilAsync(metric, now => now == value);

    public async Task UntilAsync(string metric, Func<double, bool> isIt)
    {
        for (var since = TimeProvider.System.GetTimestamp(); !isIt(await MetricAsync(metric));)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromMinutes(1), $"{metric} is {await MetricAsync(metric)} for long:\n{Sidecar.Output}");
            await Task.Delay(10);
        }
    }

    /// <summary>The store fails: that is told, in words, and agents are served as before.</summary>
    public async Task SeenToFailAsync(string kind)
    {
        var told = $"nothing gets into the store ({kind})";
        for (var asked = 0; await MetricAsync(Failing) != 1 || !(await AdminAsync("/readyz")).Contains(told, StringComparison.Ordinal)
            || !Sidecar.Output.Contains(told + ": ", StringComparison.Ordinal); asked++)
        {
            Assert.True(asked < 10_000, $"{told}: not said:\n{await AdminAsync("/readyz")}{Sidecar.Output}");
            await AskAsync(times: 1, size: 500);
        }
        await AskAsync(times: 5, size: 500);
        Assert.StartsWith("200 ok; but nothing gets into the store", await AdminAsync("/readyz"), StringComparison.Ordinal);
        Assert.True(await MetricAsync($"recorder_shipping_failed_total{{kind=\"{kind}\"}}") > 0, await AdminAsync("/metrics"));
    }

    /// <summary>The store is well again: everything gets there, without anybody's help.</summary>
    public async Task SeenToRecoverAsync()
    {
        await UntilAsync(Failing, 0);
        await UntilAsync(Waiting, 0);
        await UntilAsync(Full, 0);
        Assert.Equal("200 ok\n", await AdminAsync("/readyz"));
    }

    /// <summary>Asks until the spool is full, by which time some agents may wait or be refused; gives those.</summary>
    public async Task<List<Task<int>>> FillSpoolAsync()
    {
        var full = UntilAsync(Full, 1);
        var open = new List<Task<int>>();
        while (!full.IsCompleted && open.Count < 8)
        {
            var asking = AskAsync(size: 64 << 10);
            if (await Task.WhenAny(asking, full) != asking || await asking != 200)
                open.Add(asking);
        }
        await full;
        return open;
    }

    /// <summary>Stops it; everything that was answered is in the store once, or counted in a gap, and what is there is sound.</summary>
    public async Task<IReadOnlyList<VerifyResult>> EndAsync()
    {
        await Sidecar.StopWhenShippedAsync();
        Assert.Equal(0, Sidecar.Process.ExitCode);
        return await VerifyAsync();
    }

    public async Task<IReadOnlyList<VerifyResult>> VerifyAsync()
    {
        var reader = StoreUrl.Parse(Sidecar.Store).OpenReader(_access);
        var verified = await new StoreVerifier(reader, TrustSet.Empty).VerifyAsync(null, CancellationToken.None);
        Assert.All(verified.Sessions, session => Assert.True(session.Integrity == Integrity.Sound, string.Join('\n', session.Findings)));
        var recorded = new List<string>();
        foreach (var session in verified.Sessions)
        {
            await foreach (var exchange in (await SessionReader.OpenAsync(reader, session.Session, default)).ExchangesAsync(default))
            {
                // dropped, it is counted in a gap
                if (exchange.Request is { } request)
                    recorded.Add((await request.ReadBodyAsync(default)).ToString());
            }
        }
        Assert.Equal(recorded.Count, recorded.Distinct().Count());
        var lost = Answered.Except(recorded).Count();
        var dropped = verified.Sessions.Sum(session => session.Findings.Count(finding => finding.Code == FindingCode.Gap));
        Assert.True(lost == 0 || dropped > 0, $"{lost} of {Answered.Count} answered requests are lost");
        if (dropped == 0)
            Assert.All(verified.Sessions, session => Assert.True(session.Completeness == Completeness.Complete, string.Join('\n', session.Findings)));
        return verified.Sessions;
    }

    /// <summary>The records of a kind, of all sessions.</summary>
    public async Task<List<SessionRecord>> RecordsAsync(string kind)
    {
        var reader = StoreUrl.Parse(Sidecar.Store).OpenReader(_access);
        var found = new List<SessionRecord>();
        foreach (var session in (await new StoreVerifier(reader, TrustSet.Empty).VerifyAsync(null, CancellationToken.None)).Sessions)
        {
            await foreach (var record in (await SessionReader.OpenAsync(reader, session.Session, default)).RecordsAsync(0, default))
            {
                if (record.Kind == kind)
                    found.Add(record);
            }
        }
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        _agent.Dispose();
        await Sidecar.DisposeAsync();
        await Target.DisposeAsync();
    }
}

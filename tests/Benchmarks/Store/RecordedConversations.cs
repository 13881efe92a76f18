using System.Globalization;
using System.Net.Http.Headers;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Sidecar.Startup;
using K8sRecorder.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace K8sRecorder.Benchmarks.Store;

/// <summary>
/// The sidecar itself, in this process and on a virtual clock, between a client that sends what an SDK sends and a server that answers
/// what the model answered; one session a conversation, all in one store.
/// </summary>
internal sealed class RecordedConversations(TimeSpan pace) : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly int _upstreamPort = Loopback.FreePort();
    private readonly Random _random = new(20261121);
    private ModelCall _now = new("/", [], []);

    public string StoreFolder => _folder["store"];

    public async Task RunAsync(IReadOnlyList<Conversation> conversations)
    {
        await using var upstream = await StartUpstreamAsync();
        foreach (var conversation in conversations)
            await RecordAsync(conversation);
    }

    /// <summary>Stored bytes and objects by kind.</summary>
    public IReadOnlyDictionary<string, (int Objects, long Bytes)> Stored() => Directory
        .EnumerateFiles(StoreFolder, "*", SearchOption.AllDirectories)
        .GroupBy(file => KindOf(Path.GetRelativePath(StoreFolder, file)))
        .ToDictionary(kind => kind.Key, kind => (kind.Count(), kind.Sum(file => new FileInfo(file).Length)));

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string KindOf(string key) =>
        key.StartsWith("index", StringComparison.Ordinal) ? "index"
        : key.EndsWith("open.json", StringComparison.Ordinal) ? "open statements"
        : key.EndsWith("close.json", StringComparison.Ordinal) ? "close statements"
        : key == StoreLayout.StoreJson ? "store"
        : "chunks";

    private async Task RecordAsync(Conversation conversation)
    {
        var port = Loopback.FreePort();
        await using var run = await SidecarRun.StartAsync(Configure(conversation.Name, port), _time, NullLoggerFactory.Instance, CancellationToken.None);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        foreach (var call in conversation.Calls)
        {
            _now = call;
            using var request = new HttpRequestMessage(HttpMethod.Post, call.Path) { Content = new ByteArrayContent(call.Request) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            foreach (var (name, value) in SdkHeaders)
                request.Headers.TryAddWithoutValidation(name, value);
            using var response = await client.SendAsync(request);
            var answer = await response.Content.ReadAsByteArrayAsync();
            if (!answer.AsSpan().SequenceEqual(call.Response))
                throw new InvalidOperationException("the response did not arrive as it was sent");
            // A model takes its time: some of the virtual clock at full speed, the pace otherwise.
            await AdvanceAsync(pace == TimeSpan.Zero ? TimeSpan.FromMilliseconds(_random.Next(200, 900)) : pace);
        }
        await run.StopAsync();
    }

    /// <summary>Moves the clock second by second and lets what its timers woke run.</summary>
    private async Task AdvanceAsync(TimeSpan by)
    {
        for (var left = by; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1))
        {
            _time.Advance(left < TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System);
        }
    }

    private SidecarConfiguration Configure(string name, int port)
    {
        Directory.CreateDirectory(StoreFolder);
        var policy = _folder[$"{name}.yaml"];
        File.WriteAllText(policy, $$"""
            apiVersion: k8srecorder.io/v1alpha1
            kind: RecordingPolicy
            metadata: { name: benchmark, namespace: benchmark }
            spec:
              targets:
                - { name: model, listen: "127.0.0.1:{{port}}", upstream: { address: "127.0.0.1:{{_upstreamPort}}" }, protocol: HTTP }
            """);
        var tagKey = _folder["tag.key"];
        File.WriteAllBytes(tagKey, new byte[32]);
        var problems = new List<string>();
        var line = CommandLine.Read(
            ["--policy", policy, "--store", $"file://{StoreFolder}", "--spool", _folder[$"spool-{name}"], "--tag-key", tagKey], null, problems);
        var configuration = line is null ? null : SidecarConfiguration.Read(line, null, problems);
        return configuration ?? throw new InvalidOperationException(string.Join('\n', problems));
    }

    private async Task<WebApplication> StartUpstreamAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{_upstreamPort}");
        var app = builder.Build();
        app.MapFallback(async (HttpContext context) =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = _now.Response.Length;
            // What any server sends; the corpus has no headers, and restic is given none.
            context.Response.Headers.Date = _time.GetUtcNow().ToString("r", CultureInfo.InvariantCulture);
            await context.Response.Body.WriteAsync(_now.Response);
        });
        await app.StartAsync();
        return app;
    }

    private static readonly (string Name, string Value)[] SdkHeaders =
    [
        ("accept", "application/json"),
        ("authorization", "Bearer sk-benchmark"),
        ("user-agent", "OpenAI/JS 6.9.0"),
        ("x-stainless-lang", "js"),
        ("x-stainless-package-version", "6.9.0"),
        ("x-stainless-os", "Linux"),
        ("x-stainless-arch", "x64"),
        ("x-stainless-runtime", "node"),
        ("x-stainless-runtime-version", "v20.20.2"),
        ("x-stainless-retry-count", "0"),
        ("x-stainless-timeout", "600"),
    ];
}

using System.Net;
using K8sRecorder.Masking;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;
using K8sRecorder.Recording.Shipping;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Sidecar.Startup;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests;

/// <summary>A sidecar in this process, on loopback ports of its own, with a store, a spool and keys in a folder of its own.</summary>
internal sealed class TestSidecar : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Func<EffectivePolicy, EffectivePolicy> _change;
    private readonly TargetProtocol _protocol;
    private readonly UpstreamHostMode _host;
    private readonly int _upstreamPort;
    private readonly IPEndPoint _admin = new(IPAddress.Loopback, Loopback.FreePort());
    private readonly TimeProvider _time;
    private SidecarRun? _run;

    private TestSidecar(
        int upstreamPort, TargetProtocol protocol, UpstreamHostMode host, Func<EffectivePolicy, EffectivePolicy>? change, TimeProvider? time)
    {
        _time = time ?? TimeProvider.System;
        _upstreamPort = upstreamPort;
        _protocol = protocol;
        _host = host;
        _change = change ?? (policy => policy);
        Directory.CreateDirectory(StoreFolder);
    }

    public int Port { get; } = Loopback.FreePort();

    /// <summary>Of the forward proxy, where the policy captures by it.</summary>
    public int ProxyPort { get; } = Loopback.FreePort();

    public int AdminPort => _admin.Port;

    /// <summary>Where the agent finds what to trust.</summary>
    public string BundleFolder => _folder["bundle"];

    /// <summary>Authorities to believe beside the system's.</summary>
    public IReadOnlyList<string> Authorities { get; private init; } = [];

    public string StoreFolder => _folder["store"];

    public string SpoolFolder => _folder["spool"];

    public LogLines Logs { get; } = new();

    public SidecarRun Run => _run ?? throw new InvalidOperationException("the sidecar is not running");

    public Uri Admin => new($"http://{_admin}");

    public static async Task<TestSidecar> StartAsync(
        int upstreamPort, TargetProtocol protocol = TargetProtocol.HTTP, UpstreamHostMode host = UpstreamHostMode.Preserve,
        Func<EffectivePolicy, EffectivePolicy>? change = null, TimeProvider? time = null, IReadOnlyList<string>? authorities = null)
    {
        for (var i = 0; ; i++)
        {
            var sidecar = new TestSidecar(upstreamPort, protocol, host, change, time) { Authorities = authorities ?? [] };
            try
            {
                await sidecar.StartAgainAsync();
                return sidecar;
            }
            catch (IOException) when (i < 3)
            {
                await sidecar.DisposeAsync(); // another test's connection has taken the port that was free
            }
        }
    }

    public async Task StartAgainAsync()
    {
        var policy = _change(new EffectivePolicy
        {
            Mode = RecordingMode.Strict,
            RunKeyHeaders = ["x-agent-run"],
            Targets =
            [
                new EffectiveTarget
                {
                    Name = "target",
                    Protocol = _protocol,
                    Listen = new IPEndPoint(IPAddress.Loopback, Port),
                    Upstream = new EffectiveUpstream { Host = "127.0.0.1", Port = _upstreamPort, ServerName = "127.0.0.1", HostHeader = _host },
                },
            ],
        });
        var tagKey = TagKey.Parse(new byte[32])!;
        var configuration = new SidecarConfiguration
        {
            Policy = policy,
            PolicyDigest = "sha256:0",
            Masking = MaskingEngine.Create(new MaskingOptions { TagKey = tagKey.Key, TagKeyId = tagKey.Id }),
            TagKey = tagKey,
            TagKeyWasGiven = true,
            Store = StoreUrl.ForFolder(StoreFolder),
            SpoolFolder = SpoolFolder,
            KeysFolder = _folder["keys"],
            Admin = _admin,
            Proxy = new IPEndPoint(IPAddress.Loopback, ProxyPort),
            AuthorityFolder = _folder["ca"],
            BundleFolder = BundleFolder,
            AdditionalAuthorities = Authorities,
        };
        var started = await SidecarRun.StartAsync(configuration, _time, Logs, CancellationToken.None);
        _run = started;
    }

    /// <summary>As on SIGTERM; what a busy machine did not ship in the two seconds of a stop is shipped too.</summary>
    public async Task StopAsync()
    {
        await Run.StopAsync();
        await Run.DisposeAsync();
        _run = null;
        using var spool = RecordingSpool.Open(new SpoolOptions(SpoolFolder, _folder["keys"]));
        await using var store = new FolderStore(StoreFolder);
        await new SpoolShipper(spool, new StoreGrants(store), new ShippingOptions()).DrainAsync(CancellationToken.None);
    }

    /// <summary>Ends without closing anything, as far as that can be had in this process.</summary>
    public async Task DropAsync()
    {
        await Run.DisposeAsync();
        _run = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_run is not null)
            await _run.DisposeAsync();
        Logs.Dispose();
        _folder.Dispose();
    }
}

using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using K8sRecorder.Integration.Redirect;
using K8sRecorder.Integration.Trust;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Sidecar.Trust;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Capture;

/// <summary>A pod with init's rules and the real sidecar in it, and a world around it. Where there can be no network namespaces it is empty.</summary>
public abstract class CapturePod : RedirectedPod, IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _capture;
    private readonly string _recording;
    private readonly string _targets;
    private World? _world;
    private SidecarProcess? _sidecar;

    /// <param name="capture">What the policy says of <c>capture</c> beside its mode.</param>
    /// <param name="mode">The policy's mode.</param>
    /// <param name="spool">What it says of the spool beside its intervals.</param>
    /// <param name="interval">How often heads are signed and chunks sealed.</param>
    /// <param name="targets">More targets than all have, a line each.</param>
    protected CapturePod(string capture, string mode = "Buffered", string spool = "", string interval = "250ms", params string[] targets) =>
        (_capture, _targets, _recording) = (capture, string.Concat(targets.Select(target => $"\n    - {target}")), $"mode: {mode}\n  spool: {{ flushInterval: {interval}, headInterval: {interval}{spool} }}");

    internal World World => _world!;

    public SidecarProcess Sidecar => _sidecar!;

    /// <summary>A connection of the agent's to somebody whom no target names, on which nobody has said anything since the start.</summary>
    public Socket? Silent { get; private set; }

    /// <summary>One to a target that began a handshake and said no more since the start.</summary>
    public Socket? HalfSpoken { get; private set; }

    /// <summary>The world's authority, for a client that takes only real certificates.</summary>
    public string RealAuthority => _folder["secrets/corp/ca.crt"];

    /// <summary>Where the sidecar keeps its authority.</summary>
    public string AuthorityFolder => _folder["ca"];

    /// <summary>A file of the bundle that the agent is given.</summary>
    public string Bundle(string name) => Path.Combine(_folder["bundle"], name);

    public async Task InitializeAsync()
    {
        if (NetworkPair.WhyAbsent is not null)
            return;
        Assert.True(First.ExitCode == 0, First.Output + First.Errors);
        Directory.CreateDirectory($"/etc/netns/{Agent.Name}");
        await File.WriteAllTextAsync($"/etc/netns/{Agent.Name}/resolv.conf", $"nameserver {World.Api}\nnameserver {World.OddResolver}\n");
        _world = await World.StartAsync(Pair.Outside);
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_111_111);
        Directory.CreateDirectory(_folder["secrets/corp"]);
        await File.WriteAllTextAsync(_folder["secrets/corp/ca.crt"], World.Authority.Pem);
        _sidecar = new SidecarProcess(Policy)
        {
            Network = Agent,
            MoreArguments = ["--ca", _folder["ca"], "--bundle", _folder["bundle"], "--secrets", _folder["secrets"]],
        };
        Prepare();
        await StartAgainAsync();
        Silent = Connect(World.Other, 9);
        HalfSpoken = Connect(World.App, 443);
        HalfSpoken.Send([22, 3, 1]);
        await UseAsync();
    }

    /// <summary>Starts the sidecar, and asks for the names of the targets: it knows addresses by what it was asked.</summary>
    public async Task StartAgainAsync()
    {
        await Sidecar.StartAgainAsync();
        await RunAsync("dig", ["+short", "api.target.test", "api.target.test", "AAAA", "app.target.test", "lines.target.test", "sealed.target.test", "db.target.test"]);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        Silent?.Dispose();
        HalfSpoken?.Dispose();
        CleanUp();
        if (_sidecar is not null)
            await _sidecar.DisposeAsync();
        if (_world is not null)
            await _world.DisposeAsync();
        if (NetworkPair.WhyAbsent is null)
            Directory.Delete($"/etc/netns/{Agent.Name}", recursive: true);
        _folder.Dispose();
    }

    /// <summary>What the sidecar's folders need before its first start.</summary>
    protected virtual void Prepare()
    {
    }

    /// <summary>What is done once for all tests that share the pod.</summary>
    protected virtual Task UseAsync() => Task.CompletedTask;

    /// <summary>The opposite of <see cref="Prepare"/>.</summary>
    protected virtual void CleanUp()
    {
    }

    /// <summary>Waits until a figure of <c>/metrics</c> is this one.</summary>
    public async Task UntilAsync(string metric, double value)
    {
        using var client = Sidecar.AdminClient();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var text = await client.GetStringAsync(new Uri(Sidecar.Admin, "/metrics"), patience.Token);
            var line = text.Split('\n').FirstOrDefault(line => line.StartsWith(metric, StringComparison.Ordinal));
            if (line is not null && double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture) == value)
                return;
            await Task.Delay(10, patience.Token);
        }
    }

    /// <summary>Runs a program as the agent, which has the environment of whoever runs the tests, and the right to read what they built.</summary>
    internal Task<(int ExitCode, string Said)> RunAsync(string program, string[] arguments, params (string Name, string Value)[] variables) =>
        ClientRun.RunAsync(
            "ip",
            [
                "netns", "exec", Agent.Name, "setpriv", "--reuid", $"{AgentUid}", "--regid", $"{AgentUid}", "--clear-groups",
                "--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search", program, .. arguments,
            ],
            [("HOME", _folder.Path), .. variables]);

    /// <summary>The agent's client: it connects to an address, whatever the name, and believes the pod's authority.</summary>
    public HttpClient Client(string address, Version? version = null, int port = 443) => new(Handler(address, port))
    {
        DefaultRequestVersion = version ?? HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(30),
    };

    public SocketsHttpHandler Handler(string address, int port = 443) => new()
    {
        ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(new NetworkStream(Connect(address, port), ownsSocket: true)),
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Believing() },
    };

    /// <summary>TLS as the agent has it, by a socket that it has already.</summary>
    public async Task<SslStream> TlsAsync(Stream stream, string name, string? protocol = null)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = name,
            CertificateChainPolicy = Believing(),
            ApplicationProtocols = protocol is null ? null : [new SslApplicationProtocol(protocol)],
        });
        return tls;
    }

    /// <summary>Waits until there is such a record in the store.</summary>
    public Task<SessionRecord> RecordAsync(string kind, Func<SessionRecord, bool> isIt) => RecordWatch.RecordAsync(Sidecar, kind, isIt);

    /// <summary>Waits until a request for this path is in the store.</summary>
    public Task<SessionRecord> RequestAsync(string path) => RecordAsync("http.request", record => TextOf(record, "head").Contains(path, StringComparison.Ordinal));

    /// <summary>Waits until the body of a request, or of its response, is in the store to its end.</summary>
    public Task<string> BodyAsync(SessionRecord request, string kind = "http.request") => RecordWatch.BodyAsync(Sidecar, request, kind);

    /// <summary>Waits until such a message is in the store to its end; its last record.</summary>
    public Task<SessionRecord> EndAsync(SessionRecord request, string kind) => RecordWatch.EndAsync(Sidecar, request, kind);

    public static string TextOf(SessionRecord record, string field) => RecordWatch.TextOf(record, field);

    public Task<List<SessionRecord>> RecordsAsync() => RecordWatch.RecordsAsync(Sidecar);

    /// <summary>What a client takes that knows nothing of the recorder.</summary>
    public X509ChainPolicy BelievingTheWorld() => Believing(RealAuthority);

    private X509ChainPolicy Believing() => Believing(Bundle(TrustBundle.AuthorityName));

    private static X509ChainPolicy Believing(string authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(authority));
        return policy;
    }

    private string Policy => $$"""
        apiVersion: k8srecorder.io/v1alpha1
        kind: RecordingPolicy
        metadata: { name: agents, namespace: test }
        spec:
          capture: { mode: Redirect, {{_capture}} }
          {{_recording}}
          trust: { additionalCAs: { secretName: corp } }
          targets:
            - { name: api, hosts: [ api.target.test, v4.target.test, v6.target.test ], ports: [ 443, 80 ] }
            - name: app
              hosts: [ app.target.test ]
              ports: [ 443, 80 ]
              protocol: HTTP
              guard: [ { name: no-admin, deny: { path: [ "/admin", "/admin/*" ] } } ]
            - { name: kubernetes, cidrs: [ {{World.Kubernetes}}/32 ], ports: [ 443 ], protocol: HTTP }
            - { name: db, hosts: [ db.target.test ], ports: [ 5432 ] }
            - { name: words, cidrs: [ {{World.Lines}}/32 ], ports: [ 7002 ], protocol: TCP }
            - { name: lines, hosts: [ lines.target.test ], ports: [ 22, 2525, 7000, 7001, 7443, 7445 ] }
            - { name: many, hosts: [ "*.many.odd.test" ], ports: [ 80, 443 ], protocol: HTTP, guard: [ { name: no-secret, deny: { path: [ "/secret", "/secret/*" ] } } ] }
            - { name: sealed, hosts: [ sealed.target.test ], ports: [ 7444 ], upstream: { tls: { mode: Passthrough } } }{{_targets}}
        """;
}

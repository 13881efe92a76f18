using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using K8sRecorder.Benchmarks.Http.Cases;
using K8sRecorder.Benchmarks.Http.Peers;
using K8sRecorder.Integration;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Benchmarks.Tls;

/// <summary>
/// A pod with init's rules, the sidecar and HAProxy in it, and nginx outside. The agent is led to the sidecar; whoever has the recorder's uid
/// goes straight, or to HAProxy, which takes TLS off and puts it on again as the sidecar does.
/// </summary>
internal sealed class TlsPod : IAsyncDisposable
{
    public const string Name = "api.bench.test";
    private const uint RecorderUid = 64532;
    private const uint AgentUid = 65534;
    private const int HaProxyPort = 8443;

    private readonly TemporaryFolder _folder = new();
    private readonly NetworkPair _pair = new();
    private readonly WorldAuthority _world = new();
    private readonly string _executable;
    private readonly List<ServerProcess> _servers = [];
    private SidecarProcess? _sidecar;

    private TlsPod(string executable) => _executable = executable;

    public TlsWay Straight { get; private set; } = null!;

    public TlsWay HaProxy { get; private set; } = null!;

    public TlsWay Sidecar { get; private set; } = null!;

    /// <param name="executable">The sidecar's.</param>
    /// <param name="megabytes">Size of the file <c>/large</c> in MiB.</param>
    /// <param name="bodyLimit">What the policy says of bodies; null: nothing.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<TlsPod> StartAsync(string executable, int megabytes, string? bodyLimit, CancellationToken ct)
    {
        var pod = new TlsPod(executable);
        try
        {
            await pod.StartAsync(megabytes, bodyLimit, ct);
            return pod;
        }
        catch
        {
            await pod.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the sidecar; the folder of what it recorded.</summary>
    public async Task<string> StopSidecarAsync()
    {
        await _sidecar!.StopWhenShippedAsync();
        return _sidecar.StoreFolder;
    }

    public async ValueTask DisposeAsync()
    {
        if (_sidecar is not null)
            await _sidecar.DisposeAsync();
        foreach (var server in _servers)
            await server.DisposeAsync();
        _pair.Dispose();
        _world.Dispose();
        _folder.Dispose();
    }

    private async Task StartAsync(int megabytes, string? bodyLimit, CancellationToken ct)
    {
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_111_111);
        _world.Certify(_folder["api.crt"], _folder["api.key"], Name);
        await File.WriteAllTextAsync(_folder["world.pem"], _world.Pem, ct);
        Directory.CreateDirectory(_folder["secrets/world"]);
        await File.WriteAllTextAsync(_folder["secrets/world/ca.crt"], _world.Pem, ct);
        await WriteLargeAsync(megabytes, ct);
        await StartNginxAsync(ct);
        _pair.Agent.Run(_executable, "init");
        await StartHaProxyAsync(ct);
        _sidecar = new SidecarProcess(Policy(bodyLimit), executable: _executable)
        {
            Network = _pair.Agent,
            MoreArguments = ["--ca", _folder["ca"], "--bundle", _folder["bundle"], "--secrets", _folder["secrets"]],
        };
        await _sidecar.StartAgainAsync();
        var target = new IPEndPoint(IPAddress.Parse(NetworkPair.FarV4), 443);
        Straight = Way("straight", RecorderUid, target, "world.pem");
        HaProxy = Way("haproxy", RecorderUid, new IPEndPoint(IPAddress.Loopback, HaProxyPort), "world.pem");
        Sidecar = Way("sidecar", AgentUid, target, "bundle/pod-ca.pem");
    }

    private TlsWay Way(string name, uint uid, IPEndPoint to, string authority) =>
        new(name, _pair.Agent, uid, to, _folder[authority], X509CertificateLoader.LoadCertificateFromFile(_folder[authority]));

    private static string Policy(string? bodyLimit) => $$"""
        apiVersion: k8srecorder.io/v1alpha1
        kind: RecordingPolicy
        metadata: { name: bench, namespace: test }
        spec:
          capture: { mode: Redirect, unmatched: Deny }
          trust: { additionalCAs: { secretName: world } }
          {{(bodyLimit is null ? "" : $"record: {{ bodies: {{ limit: {bodyLimit} }} }}")}}
          targets:
            - { name: api, hosts: [ {{Name}} ], cidrs: [ {{NetworkPair.FarV4}}/32 ], ports: [ 443 ], protocol: HTTP }
        """;

    /// <summary>Words, no block of them like another, so that nothing of it is stored once for many.</summary>
    private async Task WriteLargeAsync(int megabytes, CancellationToken ct)
    {
        await using var file = File.Create(_folder["large"]);
        var random = new Random(8);
        var words = System.Text.Encoding.ASCII.GetBytes(Prose.Text(random, 1 << 20));
        for (var i = 0; i < megabytes; i++)
        {
            for (var at = 0; at < words.Length; at += 512)
                words[at + random.Next(500)] = (byte)random.Next('a', 'z' + 1);
            await file.WriteAsync(words, ct);
        }
    }

    private async Task StartNginxAsync(CancellationToken ct)
    {
        await File.WriteAllTextAsync(
            _folder["nginx.conf"],
            $$"""
            {{NginxPeer.Common(_folder)}}
            http {
            {{NginxPeer.CommonHttp(_folder)}}
                default_type text/plain;
                server {
                    listen {{NetworkPair.FarV4}}:443 ssl;
                    ssl_certificate {{_folder["api.crt"]}};
                    ssl_certificate_key {{_folder["api.key"]}};
                    location /small { return 200 "hello\n"; }
                    location /large { root {{_folder.Path}}; }
                }
            }
            """,
            ct);
        _servers.Add(await ServerProcess.StartAsync(
            _pair.Outside.Command("nginx", "-e", _folder["error.log"], "-p", _folder.Path, "-c", _folder["nginx.conf"]),
            () => _pair.Outside.As(0, () => ServerProcess.Connected(new IPEndPoint(IPAddress.Parse(NetworkPair.FarV4), 443))), ct));
    }

    private async Task StartHaProxyAsync(CancellationToken ct)
    {
        await File.WriteAllTextAsync(_folder["api.pem"], await File.ReadAllTextAsync(_folder["api.crt"], ct) + await File.ReadAllTextAsync(_folder["api.key"], ct), ct);
        await File.WriteAllTextAsync(
            _folder["haproxy.cfg"],
            $"""
            global
                maxconn 1024
            defaults
                mode http
                timeout connect 10s
                timeout client 10m
                timeout server 10m
            frontend agents
                bind 127.0.0.1:{HaProxyPort} ssl crt {_folder["api.pem"]}
                default_backend target
            backend target
                server target {NetworkPair.FarV4}:443 ssl verify required ca-file {_folder["world.pem"]} sni str({Name}) verifyhost {Name}

            """,
            ct);
        ProcessStartInfo command = _pair.Agent.Command(
            "setpriv", "--reuid", $"{RecorderUid}", "--regid", $"{RecorderUid}", "--clear-groups", "haproxy", "-db", "-f", _folder["haproxy.cfg"]);
        File.SetUnixFileMode(_folder["api.pem"], (UnixFileMode)0b110_100_100);
        _servers.Add(await ServerProcess.StartAsync(
            command, () => _pair.Agent.As(RecorderUid, () => ServerProcess.Connected(new IPEndPoint(IPAddress.Loopback, HaProxyPort))), ct));
    }
}

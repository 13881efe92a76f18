using K8sRecorder.Integration.Capture;
using K8sRecorder.Integration.Trust;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Sidecar.Trust;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Proxy;

/// <summary>The real sidecar with <c>capture.mode: Proxy</c>, a server, and an agent whose environment names the proxy and the bundle. Needs no rights.</summary>
public sealed class ProxiedAgent : IAsyncLifetime, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WorldAuthority _authority = new();
    private readonly int _proxyPort = Loopback.FreePort();
    private OriginServer? _origin;
    private SidecarProcess? _sidecar;

    internal OriginServer Origin => _origin!;

    public SidecarProcess Sidecar => _sidecar!;

    public string Proxy => $"http://127.0.0.1:{_proxyPort}";

    public int ProxyPort => _proxyPort;

    /// <summary>The server as an agent calls it.</summary>
    public string Https => $"https://localhost:{Origin.TlsPort}";

    public string Http => $"http://localhost:{Origin.PlainPort}";

    /// <summary>A file of the bundle that the agent is given.</summary>
    public string Bundle(string name) => Path.Combine(_folder["bundle"], name);

    public async Task InitializeAsync()
    {
        _origin = await OriginServer.StartAsync(_authority);
        Directory.CreateDirectory(_folder["secrets/corp"]);
        await File.WriteAllTextAsync(_folder["secrets/corp/ca.crt"], _authority.Pem);
        _sidecar = new SidecarProcess(Policy)
        {
            MoreArguments = ["--ca", _folder["ca"], "--bundle", _folder["bundle"], "--secrets", _folder["secrets"], "--proxy", $"127.0.0.1:{_proxyPort}"],
        };
        await _sidecar.StartAgainAsync();
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        if (_sidecar is not null)
            await _sidecar.DisposeAsync();
        if (_origin is not null)
            await _origin.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    /// <summary>Runs a program as the agent.</summary>
    internal Task<(int ExitCode, string Said)> RunAsync(string program, string[] arguments, params (string Name, string Value)[] variables) => ClientRun.RunAsync(
        program, arguments,
        [
            ("HTTPS_PROXY", Proxy), ("https_proxy", Proxy), ("HTTP_PROXY", Proxy), ("http_proxy", Proxy), ("NO_PROXY", ""), ("no_proxy", ""), ("HOME", _folder.Path),
            ("SSL_CERT_FILE", Bundle(TrustBundle.PemName)), ("CURL_CA_BUNDLE", Bundle(TrustBundle.PemName)), ("NODE_EXTRA_CA_CERTS", Bundle(TrustBundle.PemName)),
            ("GIT_SSL_CAINFO", Bundle(TrustBundle.PemName)), .. variables,
        ]);

    /// <summary>Waits until there is such a record in the store.</summary>
    public Task<SessionRecord> RecordAsync(string kind, Func<SessionRecord, bool> isIt) => RecordWatch.RecordAsync(Sidecar, kind, isIt);

    /// <summary>Waits until a request for this path is in the store.</summary>
    public Task<SessionRecord> RequestAsync(string path) =>
        RecordAsync("http.request", record => RecordWatch.TextOf(record, "head").Contains(path, StringComparison.Ordinal));

    private string Policy => $$"""
        apiVersion: k8srecorder.io/v1alpha1
        kind: RecordingPolicy
        metadata: { name: agents, namespace: test }
        spec:
          capture: { mode: Proxy, unmatched: Deny, uninterceptable: Deny }
          spool: { flushInterval: 250ms, headInterval: 250ms }
          trust: { additionalCAs: { secretName: corp } }
          targets:
            - name: origin
              hosts: [ localhost ]
              ports: [ {{Origin.PlainPort}}, {{Origin.TlsPort}} ]
              protocol: HTTP
              guard: [ { name: no-admin, deny: { path: [ "/admin", "/admin/*" ] } } ]
        """;
}

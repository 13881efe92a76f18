using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Soak.SidecarKill.Grounds;

/// <summary>
/// Clients know nothing of the sidecar: a pod with init's rules in it and targets outside, by IPv4 and IPv6, with TLS and without. The
/// sidecar runs as the recorder's uid, clients as another.
/// </summary>
internal sealed class RedirectGround : Ground
{
    private const string RecorderUid = "64532";
    private const uint AgentUid = 65534;
    private const string HttpName = "web.soak.test", RawName = "raw.soak.test";

    private readonly string _folder;
    private readonly NetworkPair _pair = new();
    private readonly WorldAuthority _world = new();
    private readonly List<Road> _http;
    private readonly List<Road> _raw;

    /// <param name="executable">The sidecar's.</param>
    /// <param name="folder">Where everything of the sidecar's is to lie.</param>
    public RedirectGround(string executable, string folder)
    {
        _folder = folder;
        _http = NewRoads(HttpName, 80, 443);
        _raw = NewRoads(RawName, 7000, 7443);
        Directory.CreateDirectory(Path.Combine(folder, "secrets", "world"));
        File.WriteAllText(Path.Combine(folder, "secrets", "world", "ca.crt"), _world.Pem);
        _pair.Agent.Run(executable, "init");
    }

    public override IReadOnlyList<Road> Http => _http;

    public override IReadOnlyList<Road> Raw => _raw;

    public override string AuthorityFolder => Path.Combine(_folder, "ca");

    // a socket here costs a thread that enters the namespace
    public override TimeSpan BetweenTries { get; } = TimeSpan.FromMilliseconds(20);

    public override string Policy => $$"""
          capture: { mode: Redirect, unmatched: Deny, uninterceptable: Deny }
          trust: { additionalCAs: { secretName: world } }
          targets:
            - { name: web, hosts: [ {{HttpName}} ], cidrs: [ {{NetworkPair.FarV4}}/32, "{{NetworkPair.FarV6}}/128" ], ports: [ 80, 443 ], protocol: HTTP }
            - { name: raw, hosts: [ {{RawName}} ], cidrs: [ {{NetworkPair.FarV4}}/32, "{{NetworkPair.FarV6}}/128" ], ports: [ 7000, 7443 ], protocol: TCP }
        """;

    private string BundleFolder => Path.Combine(_folder, "bundle");

    public override ProcessStartInfo Sidecar(string executable, IReadOnlyList<string> arguments)
    {
        using (var owned = Process.Start("chown", ["-R", RecorderUid, _folder]))
            owned.WaitForExit();
        return _pair.Agent.Command(
            "setpriv",
            [
                "--reuid", RecorderUid, "--regid", RecorderUid, "--clear-groups", "--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search",
                executable, .. arguments, "--ca", AuthorityFolder, "--bundle", BundleFolder, "--secrets", Path.Combine(_folder, "secrets"),
            ]);
    }

    public override Socket NewSocket(Road road) =>
        _pair.Agent.As(AgentUid, () => new Socket(road.To.AddressFamily, SocketType.Stream, ProtocolType.Tcp));

    public override X509Certificate2 Trusted() => X509CertificateLoader.LoadCertificateFromFile(Path.Combine(BundleFolder, "pod-ca.pem"));

    public override void Dispose()
    {
        _pair.Dispose();
        _world.Dispose();
    }

    private List<Road> NewRoads(string name, int plain, int tls)
    {
        var certificate = _world.Certify(name);
        return
        [
            .. new[] { NetworkPair.FarV4, NetworkPair.FarV6 }.SelectMany(address => new[]
            {
                NewRoad(new IPEndPoint(IPAddress.Parse(address), plain)),
                NewRoad(new IPEndPoint(IPAddress.Parse(address), tls)) with { Name = name, Certificate = certificate },
            }),
        ];
    }

    private Road NewRoad(IPEndPoint at) => _pair.Outside.As(0, () =>
    {
        var listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(at);
        return new Road(at, listener);
    });
}

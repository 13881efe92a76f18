using System.Net;
using K8sRecorder.Integration.Dns;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Capture;

/// <summary>
/// Everybody outside of the pod. <c>api</c> is nginx, <c>app</c> is ours; <c>fronted.test</c> shares its address and certificate with
/// <c>app</c>, and is no target; <c>evil.test</c> is a name of the agent's own for the address of <c>app</c>; <c>attacker.test</c> is the
/// agent's own server; <c>other.test</c> is somebody whom no target names; what lives at
/// <see cref="Models"/> comes with the tests that need it. Names under <c>odd.test</c> lead where a test says (<see cref="OddNames"/>):
/// most to <see cref="Elsewhere"/>, which no other test has to do with.
/// </summary>
internal sealed class World : IAsyncDisposable
{
    public const string Api = NetworkPair.FarV4, App = "192.0.2.2", Attacker = "192.0.2.3", Lines = "192.0.2.4", Other = "192.0.2.5", Database = "192.0.2.6", Kubernetes = "192.0.2.7",
        Models = "192.0.2.8", OddResolver = "192.0.2.9", Elsewhere = "192.0.2.10";

    private readonly TemporaryFolder _folder = new();
    private readonly List<IAsyncDisposable> _servers = [];

    private World(NetworkNamespace network) => Network = network;

    public NetworkNamespace Network { get; }

    public WorldAuthority Authority { get; } = new();

    /// <summary>Requests that arrived at <see cref="App"/>, <see cref="Attacker"/> and <see cref="Other"/>.</summary>
    public WorldServer Server { get; private set; } = null!;

    public static async Task<World> StartAsync(NetworkNamespace network)
    {
        var world = new World(network);
        foreach (var address in new[] { App, Attacker, Lines, Other, Database, Kubernetes, Models, OddResolver, Elsewhere })
            network.Run("ip", "addr", "add", $"{address}/32", "dev", "lo");
        world._servers.Add(await UnboundProcess.StartAsync(
            network, new IPEndPoint(IPAddress.Parse(Api), 53),
            "test. SOA ns.test. host.test. 1 2 3 4 5",
            $"api.target.test. A {Api}", $"api.target.test. AAAA {NetworkPair.FarV6}", $"v4.target.test. A {Api}", $"v6.target.test. AAAA {NetworkPair.FarV6}",
            $"app.target.test. A {App}", $"fronted.test. A {App}", $"evil.test. A {App}", $"attacker.test. A {Attacker}",
            $"lines.target.test. A {Lines}", $"sealed.target.test. A {Lines}", $"other.test. A {Other}", $"db.target.test. A {Database}",
            $"models.target.test. A {Models}", $"tools.target.test. A {Models}", $"sockets.target.test. A {Models}", $"calls.target.test. A {Models}"));
        world._servers.Add(await NginxServer.StartAsync(network, world.Authority, world._folder.Path));
        world.Server = await WorldServer.StartAsync(network, world.Authority);
        world._servers.Add(world.Server);
        return world;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        Authority.Dispose();
        _folder.Dispose();
    }
}

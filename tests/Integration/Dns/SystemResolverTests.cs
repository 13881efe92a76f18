using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using K8sRecorder.Sidecar.Tests.Dns;
using K8sRecorder.Testing;

namespace K8sRecorder.Integration.Dns;

/// <summary>Programs that ask whom resolv.conf names, as agents do: the recorder is named there.</summary>
public sealed class SystemResolverTests(DnsFixture servers) : IClassFixture<DnsFixture>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [RootFact]
    public async Task Programs_of_all_kinds_find_names_through_us()
    {
        // their port is 53, so the address is one that nobody else has
        var address = new IPEndPoint(new IPAddress([127, 53, (byte)(Environment.ProcessId >> 8), (byte)Environment.ProcessId]), 53);
        await using var rig = await DnsRig.StartAsync([servers.Resolver], listen: [address]);
        File.WriteAllText(_folder["resolv.conf"], $"nameserver {address.Address}\noptions timeout:10 attempts:1\n");
        using var web = new TcpListener(IPAddress.Loopback, 0);
        web.Start();
        var serving = ServeOnceAsync(web);

        Assert.Contains("192.0.2.1", await RunAsync("getent", "ahosts", "a.test"), StringComparison.Ordinal);
        Assert.Contains("2001:db8::1", await RunAsync("getent", "ahostsv6", "a.test"), StringComparison.Ordinal);
        Assert.Contains("a.test", await RunAsync("getent", "hosts", "192.0.2.1"), StringComparison.Ordinal);
        Assert.Equal("ok", await RunAsync("curl", "-s", $"http://here.test:{((IPEndPoint)web.LocalEndpoint).Port}/"));
        await serving;
        Assert.Equal(["192.0.2.1", "192.0.2.2", "2001:db8::1"], ResolveHere("a.test").Order(StringComparer.Ordinal));
        var names = new List<string>();
        foreach (var record in (await rig.StopAsync()).Where(record => record.Kind == "dns.query"))
            names.Add(record.Text("type") + " " + await DnsRig.TextAsync(record, "name"));

        Assert.Superset(new HashSet<string> { "A a.test", "AAAA a.test", "PTR 1.2.0.192.in-addr.arpa", "A here.test" }, names.ToHashSet());
    }

    public void Dispose() => _folder.Dispose();

    private static async Task ServeOnceAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        await stream.ReadAtLeastAsync(new byte[4096], 10);
        await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"));
    }

    private async Task<string> RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "unshare", ["-m", "sh", "-c", "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"", _folder["resolv.conf"], .. command])
        { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }

    /// <summary>What .NET finds, on a thread of this process that sees another resolv.conf.</summary>
    private List<string> ResolveHere(string name)
    {
        List<string>? found = null;
        var thread = new Thread(() =>
        {
            MountNamespace.Enter();
            MountNamespace.Bind(_folder["resolv.conf"], "/etc/resolv.conf");
            found = [.. System.Net.Dns.GetHostAddresses(name).Select(address => address.ToString())];
        });
        thread.Start();
        thread.Join();
        return found ?? [];
    }
}

using K8sRecorder.Policy.Model;

namespace K8sRecorder.Sidecar.Tests.Proxy;

/// <summary>Requests with absolute URIs (RFC 9112 3.2.2): each goes to its own host in origin-form, without what was for the proxy.</summary>
public sealed class ForwardingTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact]
    public async Task Request_goes_on_in_origin_form_without_what_was_for_the_proxy()
    {
        await using var rig = await ProxyRig.StartAsync();
        using var agent = await rig.ConnectAsync();
        await agent.SendAsync(
            $"GET http://localhost:{rig.Port}/a?b=http://c/ HTTP/1.1\r\nHost: localhost:{rig.Port}\r\nProxy-Connection: keep-alive\r\n"
            + "Proxy-Authorization: Basic YWdlbnQ6aHVudGVyMg==\r\nX-Mine: 1\r\n\r\n");
        using var target = await rig.Upstream.AcceptAsync();
        Assert.Equal($"GET /a?b=http://c/ HTTP/1.1\r\nHost: localhost:{rig.Port}\r\nX-Mine: 1\r\n\r\n", await target.ReadUntilAsync("\r\n\r\n"));
        await target.SendAsync("HTTP/1.1 200 OK\r\nProxy-Authenticate: Basic\r\nContent-Length: 2\r\n\r\nok");
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", await agent.ReadUntilAsync("ok"));

        var records = await rig.RecordsAsync();
        var request = records.Single(record => record.Kind == "http.request");
        Assert.Equal(("app", null, null), (request.Text("target"), request.Text("destination"), request.Text("dialled")));
        Assert.Equal($"127.0.0.1:{rig.Port}", records.Single(record => record.Kind == "http.response").Text("dialled"));
        Assert.Equal($"localhost:{rig.Port}", ProxyRig.TextOf(request, "authority"));
        Assert.DoesNotContain("YWdlbnQ6aHVudGVyMg", Recorded.EverythingStored(rig.Sidecar), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_is_the_request_targets()
    {
        (string Said, string Expected)[] cases =
        [
            ("GET http://localhost:{0} HTTP/1.1\r\nHost: other.example\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost:{0}\r\n\r\n"),
            ("GET http://LOCALHOST:{0}?q HTTP/1.0\r\n\r\n", "GET /?q HTTP/1.0\r\nHost: localhost:{0}\r\n\r\n"),
            ("GET http://127.0.0.1:{0}/ HTTP/1.1\r\nHost: 127.0.0.1:{0}\r\n\r\n", "GET / HTTP/1.1\r\nHost: 127.0.0.1:{0}\r\n\r\n"),
            ("OPTIONS http://localhost:{0} HTTP/1.1\r\nHost: localhost:{0}\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: localhost:{0}\r\n\r\n"),
            ("OPTIONS http://localhost:{0}/ HTTP/1.1\r\nHost: localhost:{0}\r\n\r\n", "OPTIONS / HTTP/1.1\r\nHost: localhost:{0}\r\n\r\n"),
        ];
        await using var rig = await ProxyRig.StartAsync();
        foreach (var (said, expected) in cases)
        {
            using var agent = await rig.ConnectAsync();
            await agent.SendAsync(said.Replace("{0}", $"{rig.Port}", StringComparison.Ordinal));
            using var target = await rig.Upstream.AcceptAsync();
            Assert.Equal(expected.Replace("{0}", $"{rig.Port}", StringComparison.Ordinal), await target.ReadUntilAsync("\r\n\r\n"));
        }
    }

    [Fact]
    public async Task Several_hosts_on_one_connection_each_get_their_own()
    {
        await using var rig = await ProxyRig.StartAsync();
        using var other = new RawUpstream();
        using var agent = await rig.ConnectAsync();
        await agent.SendAsync($"GET http://localhost:{rig.Port}/1 HTTP/1.1\r\nHost: localhost:{rig.Port}\r\n\r\n");
        using var first = await rig.Upstream.AcceptAsync();
        Assert.StartsWith("GET /1 ", await first.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        await first.SendAsync(Ok);
        await agent.ReadUntilAsync("ok");
        await agent.SendAsync($"GET http://localhost:{rig.Port}/2 HTTP/1.1\r\nHost: localhost:{rig.Port}\r\n\r\n");
        Assert.StartsWith("GET /2 ", await first.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal); // it was kept
        await first.SendAsync(Ok);
        await agent.ReadUntilAsync("ok");
        await agent.SendAsync($"GET http://localhost:{other.Port}/3 HTTP/1.1\r\nHost: localhost:{other.Port}\r\n\r\n");
        using var second = await other.AcceptAsync();
        Assert.StartsWith("GET /3 ", await second.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal("", await first.ReadToEndAsync());
        await second.SendAsync(Ok);
        await agent.ReadUntilAsync("ok");

        var records = await rig.RecordsAsync();
        Assert.Equal(["app", "app", "unmatched"], records.Where(record => record.Kind == "http.request").Select(record => record.Text("target")));
        Assert.Equal(
            [rig.Port, rig.Port, other.Port],
            records.Where(record => record.Kind == "http.response").Select(record => int.Parse(record.Text("dialled")!.Split(':')[1], null)));
    }

    [Fact]
    public async Task What_is_not_for_a_host_is_answered()
    {
        (string Said, int Status)[] cases =
        [
            ("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
            ("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
            ("GET https://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 501),
            ("GET ftp://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 501),
            ("GET http://user:hunter22@localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
            ("GET http://[fe80::1%25lo]/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
            ("GET http:///path HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
            ("GET http://localhost:99999/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
            ("GET http://localhost:1/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 502),
            ("GET http://127.0.0.1:{proxy}/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 403),
            ("GET http://0.0.0.0:{proxy}/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 403),
            ("GET http://localhost:{admin}/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 403),
        ];
        await using var rig = await ProxyRig.StartAsync();
        foreach (var (said, status) in cases)
        {
            using var agent = await rig.ConnectAsync();
            await agent.SendAsync(said.Replace("{proxy}", $"{rig.Sidecar.ProxyPort}", StringComparison.Ordinal).Replace("{admin}", $"{rig.Sidecar.AdminPort}", StringComparison.Ordinal));
            Assert.StartsWith($"HTTP/1.1 {status} ", await agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        }

        Assert.False(rig.Upstream.IsPending);
        var answers = (await rig.RecordsAsync()).Where(record => record.Kind == "http.response").Select(record => record.Number("status"));
        Assert.Equal(cases.Select(one => (long?)one.Status), answers);
        Assert.DoesNotContain("hunter22", Recorded.EverythingStored(rig.Sidecar), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_deny_only_targets_are_asked_and_the_connection_goes_on()
    {
        await using var rig = await ProxyRig.StartAsync(UnmatchedMode.Deny);
        using var agent = await rig.ConnectAsync();
        await agent.SendAsync($"GET http://secret.attacker.example:{rig.Port}/ HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 403 ", await agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        await agent.ReadUntilAsync("\n");
        await agent.SendAsync($"GET http://localhost:{rig.Port}/ HTTP/1.1\r\nHost: a\r\n\r\n");
        using var target = await rig.Upstream.AcceptAsync();
        await target.SendAsync(Ok);
        Assert.StartsWith("HTTP/1.1 200 ", await agent.ReadUntilAsync("ok"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_guard_denies_goes_nowhere()
    {
        await using var rig = await ProxyRig.StartAsync(target: app => app with
        {
            Protocol = TargetProtocol.HTTP,
            Guard = [new GuardRuleSpec { Name = "no-admin", Deny = new GuardDenySpec { Path = ["/admin"] } }],
        });
        using var agent = await rig.ConnectAsync();
        await agent.SendAsync($"GET http://localhost:{rig.Port}/x/../admin HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 403 ", await agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);

        Assert.False(rig.Upstream.IsPending); // nor did a connection for it
        Assert.Equal("no-admin", (await rig.RecordsAsync()).Single(record => record.Kind == "guard.denied").Text("rule"));
    }

    [Fact]
    public async Task WebSocket_is_carried()
    {
        await using var rig = await ProxyRig.StartAsync();
        using var agent = await rig.ConnectAsync();
        await agent.SendAsync(
            $"GET http://localhost:{rig.Port}/ws HTTP/1.1\r\nHost: localhost:{rig.Port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nProxy-Connection: keep-alive\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        using var target = await rig.Upstream.AcceptAsync();
        var head = await target.ReadUntilAsync("\r\n\r\n");
        Assert.StartsWith("GET /ws HTTP/1.1\r\n", head, StringComparison.Ordinal);
        Assert.Contains("Upgrade: websocket\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Proxy-", head, StringComparison.Ordinal);
        await target.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n\u0081\u0002hi");
        await agent.ReadUntilAsync("\r\n\r\n");
        Assert.Equal("\u0081\u0002hi", await agent.ReadAsync(4));
    }
}

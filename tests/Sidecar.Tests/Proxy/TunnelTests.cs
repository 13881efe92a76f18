using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using K8sRecorder.Policy.Model;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Proxy;

/// <summary>CONNECT (RFC 9110 9.3.6): dialled before it is answered; what it carries is looked at as anywhere else.</summary>
public sealed class TunnelTests
{
    [Fact]
    public async Task Bytes_that_follow_the_head_at_once_are_the_tunnels()
    {
        await using var rig = await ProxyRig.StartAsync();
        using var agent = await rig.ConnectAsync();
        await agent.SendAsync($"CONNECT localhost:{rig.Port} HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic YWdlbnQ6aHVudGVyMg==\r\n\r\n\u0001\u0002early");
        using var target = await rig.Upstream.AcceptAsync();
        Assert.Equal("HTTP/1.1 200 Connection established\r\n\r\n", await agent.ReadUntilAsync("\r\n\r\n"));
        Assert.Equal("\u0001\u0002early", await target.ReadAsync(7));
        await target.SendAsync("late");
        Assert.Equal("late", await agent.ReadAsync(4));
        agent.Dispose();
        Assert.Equal("", await target.ReadToEndAsync());
        target.Dispose();

        var records = await rig.RecordsAsync();
        Assert.Equal(["channel.opened", "tcp.data", "tcp.data", "channel.closed"], records.Select(record => record.Kind));
        Assert.Equal(("app", "TCP", null, $"127.0.0.1:{rig.Port}"),
            (records[0].Text("target"), records[0].Text("protocol"), records[0].Text("destination"), records[0].Text("dialled")));
        Assert.Equal($"localhost:{rig.Port}", ProxyRig.TextOf(records[0], "authority"));
        Assert.DoesNotContain("YWdlbnQ6aHVudGVyMg", Recorded.EverythingStored(rig.Sidecar), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Target_may_speak_first()
    {
        await using var rig = await ProxyRig.StartAsync();
        using var agent = await rig.TunnelAsync($"127.0.0.1:{rig.Port}");
        using var target = await rig.Upstream.AcceptAsync();
        await target.SendAsync("220 hello\r\n");
        Assert.Equal("220 hello\r\n", await agent.ReadUntilAsync("\n"));
        agent.Dispose();
        target.Dispose();

        var opened = (await rig.RecordsAsync()).Single(record => record.Kind == "channel.opened");
        Assert.Equal(("unmatched", $"127.0.0.1:{rig.Port}", null), (opened.Text("target"), opened.Text("destination"), opened.Text("dialled")));
    }

    /// <summary>The name that a handshake says leaves with its first byte: by then it stands in the spool, in the mode that promises that.</summary>
    [Theory]
    [InlineData(RecordingMode.Strict, 1)]
    [InlineData(RecordingMode.Buffered, 0)]
    public async Task Handshake_is_recorded_before_it_begins(RecordingMode mode, int expected)
    {
        await using var rig = await ProxyRig.StartAsync(mode: mode);
        using var agent = await rig.TunnelAsync($"localhost:{rig.Port}");
        using var tls = new SslStream(new NetworkStream(agent.Socket));
        var shaking = tls.AuthenticateAsClientAsync("localhost");
        using var target = await rig.Upstream.AcceptAsync();
        Assert.Equal("\u0016", await target.ReadAsync(1)); // ours
        target.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => shaking);

        var begun = (await rig.RecordsAsync()).Where(record => record.Kind == "connection.begun").ToList();
        Assert.Equal(expected, begun.Count);
        Assert.All(begun, record => Assert.Equal(("app", "localhost"), (record.Text("target"), ProxyRig.TextOf(record, "name"))));
    }

    [Fact]
    public async Task Plaintext_inside_is_read_and_a_target_is_who_was_asked_for()
    {
        await using var rig = await ProxyRig.StartAsync(target: app => app with
        {
            Protocol = TargetProtocol.HTTP,
            Guard = [new GuardRuleSpec { Name = "no-admin", Deny = new GuardDenySpec { Path = ["/admin"] } }],
        });
        using var agent = await rig.TunnelAsync($"localhost:{rig.Port}");
        using var target = await rig.Upstream.AcceptAsync();
        await agent.SendAsync($"GET /1 HTTP/1.1\r\nHost: localhost:{rig.Port}\r\n\r\n");
        Assert.StartsWith("GET /1 HTTP/1.1\r\n", await target.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        await target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await agent.ReadUntilAsync("ok");
        await agent.SendAsync("GET /admin HTTP/1.1\r\nHost: other.example\r\n\r\n"); // another name does not get round its rules
        Assert.StartsWith("HTTP/1.1 403 ", await agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        await agent.ReadUntilAsync("\n");
        using var byAddress = await rig.TunnelAsync($"127.0.0.1:{rig.Port}");
        await byAddress.SendAsync($"GET /admin HTTP/1.1\r\nHost: localhost:{rig.Port}\r\n\r\n"); // nor does its address
        Assert.StartsWith("HTTP/1.1 403 ", await byAddress.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);

        var records = await rig.RecordsAsync();
        Assert.Equal(["app", "unmatched", "unmatched"], records.Where(record => record.Kind == "http.request").Select(record => record.Text("target")));
        Assert.Equal(2, records.Count(record => record.Kind == "guard.denied"));
    }

    [Fact]
    public async Task What_goes_nowhere_is_answered_and_recorded()
    {
        (string Authority, int Status, string Reason)[] cases =
        [
            ("localhost", 400, "malformed"),
            ("localhost:0", 400, "malformed"),
            ("localhost:65536", 400, "malformed"),
            ("user:hunter22@localhost:80", 400, "malformed"),
            ("[fe80::1%lo]:80", 400, "malformed"),
            ("b\u00fcro.example:80", 400, "malformed"),
            ("2130706433:80", 400, "malformed"),
            ("http://localhost:80/", 400, "malformed"),
            ("localhost:1", 502, "unreachable"),
            ("localhost:{proxy}", 403, "loop"),
            ("[::ffff:127.0.0.1]:{proxy}", 403, "loop"),
            ("0.0.0.0:{listener}", 403, "loop"),
            ("127.0.0.2:{admin}", 403, "loop"),
        ];
        await using var rig = await ProxyRig.StartAsync();
        cases = [.. cases.Select(one => one with
        {
            Authority = one.Authority.Replace("{proxy}", $"{rig.Sidecar.ProxyPort}", StringComparison.Ordinal)
                .Replace("{listener}", $"{rig.Sidecar.Port}", StringComparison.Ordinal).Replace("{admin}", $"{rig.Sidecar.AdminPort}", StringComparison.Ordinal),
        })];
        foreach (var (authority, status, _) in cases)
        {
            using var agent = await rig.ConnectAsync();
            await agent.SendAsync($"CONNECT {authority} HTTP/1.1\r\nHost: x\r\n\r\nGET http://localhost:{rig.Port}/not-a-request HTTP/1.1\r\nHost: x\r\n\r\n");
            var answer = await agent.ReadToEndAsync(); // and what was meant for the tunnel becomes no request
            Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
            Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
            Assert.Contains("\r\n\r\nk8srecorder: ", answer, StringComparison.Ordinal);
        }

        Assert.False(rig.Upstream.IsPending);
        Assert.Equal(
            cases.Select(one => ("connection.refused", (string?)one.Reason, one.Authority[(one.Authority.IndexOf('@', StringComparison.Ordinal) + 1)..])),
            (await rig.RecordsAsync()).Select(record => (record.Kind, record.Text("reason"), ProxyRig.TextOf(record, "authority"))));
        Assert.DoesNotContain("hunter22", Recorded.EverythingStored(rig.Sidecar), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_deny_other_hosts_are_refused()
    {
        await using var rig = await ProxyRig.StartAsync(UnmatchedMode.Deny);
        foreach (var authority in new[] { "secret.attacker.example:443", $"127.0.0.1:{rig.Port}", "localhost:1" })
        {
            using var agent = await rig.ConnectAsync();
            await agent.SendAsync($"CONNECT {authority} HTTP/1.1\r\nHost: x\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 403 ", await agent.ReadToEndAsync(), StringComparison.Ordinal);
        }

        Assert.False(rig.Upstream.IsPending);
        Assert.Equal(["unmatched", "unmatched", "unmatched"], (await rig.RecordsAsync()).Select(record => record.Text("reason")));
    }

    [Fact]
    public async Task CONNECT_that_is_odd_is_refused()
    {
        await using var rig = await ProxyRig.StartAsync();
        foreach (var field in new[] { "Content-Length: 5", "Transfer-Encoding: chunked", "Bad Field: x" })
        {
            using var agent = await rig.ConnectAsync();
            await agent.SendAsync($"CONNECT localhost:{rig.Port} HTTP/1.1\r\nHost: x\r\n{field}\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 400 ", await agent.ReadToEndAsync(), StringComparison.Ordinal);
        }

        Assert.False(rig.Upstream.IsPending);
    }

    /// <summary>As slowly as it likes, and in the end: a minute for a head.</summary>
    [Fact]
    public async Task CONNECT_that_comes_byte_by_byte_is_taken_and_one_that_stops_is_not_waited_for()
    {
        var time = new ManualTime();
        await using var rig = await ProxyRig.StartAsync(time: time);
        using var slow = await rig.ConnectAsync();
        foreach (var one in $"CONNECT localhost:{rig.Port} HTTP/1.1\r\nHost: x\r\n\r\n")
            await slow.SendAsync($"{one}");
        Assert.StartsWith("HTTP/1.1 200 ", await slow.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        using var stopped = await rig.ConnectAsync();
        await stopped.SendAsync($"CONNECT localhost:{rig.Port} HTTP/1.1\r\nHost: x\r\n");
        var answer = stopped.ReadUntilAsync("\r\n\r\n");
        while (!answer.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAny(answer, Task.Delay(20));
        }

        Assert.StartsWith("HTTP/1.1 408 ", await answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CONNECT_may_follow_a_request_and_be_of_http_1_0()
    {
        await using var rig = await ProxyRig.StartAsync();
        using var agent = await rig.ConnectAsync();
        await agent.SendAsync($"GET http://localhost:{rig.Port}/ HTTP/1.1\r\nHost: x\r\n\r\n");
        using (var target = await rig.Upstream.AcceptAsync())
        {
            await target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            await agent.ReadUntilAsync("ok");
        }
        await agent.SendAsync($"CONNECT localhost:{rig.Port} HTTP/1.0\r\n\r\n");
        Assert.Equal("HTTP/1.1 200 Connection established\r\n\r\n", await agent.ReadUntilAsync("\r\n\r\n"));
        using var second = await rig.Upstream.AcceptAsync();
        await agent.SendAsync("\0x");
        Assert.Equal("\0x", await second.ReadAsync(2));
    }

    [Fact]
    public async Task Tunnel_on_which_nothing_was_said_is_recorded()
    {
        await using var rig = await ProxyRig.StartAsync();
        var agent = await rig.TunnelAsync($"localhost:{rig.Port}");
        using var target = await rig.Upstream.AcceptAsync();
        agent.Dispose();
        Assert.Equal("", await target.ReadToEndAsync());
        target.Dispose();

        Assert.Contains(await rig.RecordsAsync(), record => ProxyRig.TextOf(record, "authority") == $"localhost:{rig.Port}");
    }

    [Theory]
    [InlineData("CONNECT 127.0.0.1:{0}")]
    [InlineData("GET http://127.0.0.1:{0}/")]
    public async Task Host_that_does_not_answer_is_given_up(string request)
    {
        var time = new ManualTime();
        await using var rig = await ProxyRig.StartAsync(time: time);
        using var deaf = await DeafUpstream.StartAsync();
        using var agent = await rig.ConnectAsync();
        await agent.SendAsync($"{request.Replace("{0}", $"{deaf.Port}", StringComparison.Ordinal)} HTTP/1.1\r\nHost: x\r\n\r\n");
        var answer = agent.ReadUntilAsync("\r\n\r\n");
        while (!answer.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAny(answer, Task.Delay(20));
        }

        Assert.StartsWith("HTTP/1.1 504 ", await answer, StringComparison.Ordinal);
    }

    /// <summary>The clock stands: no limit ends the dialling.</summary>
    [Fact]
    public async Task Agent_that_leaves_while_its_host_is_dialled_is_noticed_and_recorded()
    {
        await using var rig = await ProxyRig.StartAsync(time: new ManualTime());
        using var deaf = await DeafUpstream.StartAsync();
        using var agent = await rig.ConnectAsync();
        await agent.SendAsync($"CONNECT 127.0.0.1:{deaf.Port} HTTP/1.1\r\nHost: x\r\n\r\n");
        agent.Socket.Shutdown(SocketShutdown.Send);
        Assert.StartsWith("HTTP/1.1 503 ", await agent.ReadToEndAsync(), StringComparison.Ordinal);

        var refused = Assert.Single(await rig.RecordsAsync());
        Assert.Equal(
            ("connection.refused", "left", $"127.0.0.1:{deaf.Port}"), (refused.Kind, refused.Text("reason"), ProxyRig.TextOf(refused, "authority")));
    }

    [Fact]
    public async Task Agent_that_has_sent_all_for_its_host_may_end_its_half()
    {
        await using var rig = await ProxyRig.StartAsync();
        using var agent = await rig.ConnectAsync();
        await agent.SendAsync($"CONNECT localhost:{rig.Port} HTTP/1.1\r\nHost: x\r\n\r\n\0all");
        agent.Socket.Shutdown(SocketShutdown.Send);
        using var target = await rig.Upstream.AcceptAsync();
        Assert.Equal("\0all", await target.ReadToEndAsync());
        await target.SendAsync("heard");
        target.Socket.Shutdown(SocketShutdown.Send);
        Assert.EndsWith("\r\n\r\nheard", await agent.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tunnel_that_goes_on_in_the_next_session_says_there_where_to()
    {
        await using var rig = await ProxyRig.StartAsync();
        var agent = await rig.TunnelAsync($"localhost:{rig.Port}");
        using (var target = await rig.Upstream.AcceptAsync())
        {
            await agent.SendAsync("\0before");
            Assert.Equal("\0before", await target.ReadAsync(7));
            await rig.Sidecar.Run.Sessions.RotateAsync("maxAge", CancellationToken.None);
            await agent.SendAsync("\0after");
            Assert.Equal("\0after", await target.ReadAsync(6));
            agent.Dispose();
            Assert.Equal("", await target.ReadToEndAsync());
        }
        var records = await rig.RecordsAsync();

        var (opened, continued) = (records.Single(record => record.Kind == "channel.opened"), records.Single(record => record.Kind == "channel.continued"));
        Assert.Equal($"localhost:{rig.Port}", ProxyRig.TextOf(continued, "authority"));
        Assert.Equal((opened.Text("target"), opened.Text("dialled")), (continued.Text("target"), continued.Text("dialled")));
        Assert.NotNull(continued.Text("dialled"));
    }

    [Fact]
    public async Task HTTP_2_is_told_that_it_is_not_spoken()
    {
        await using var rig = await ProxyRig.StartAsync();
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{rig.Sidecar.ProxyPort}/"));
        Assert.Equal(HttpStatusCode.HttpVersionNotSupported, answer.StatusCode);
    }

    [Fact]
    public async Task Listeners_of_targets_work_beside_it()
    {
        await using var rig = await ProxyRig.StartAsync();
        using var agent = await RawConnection.ToAsync(rig.Sidecar.Port);
        await agent.SendAsync("GET /by-listener HTTP/1.1\r\nHost: x\r\n\r\n");
        using var target = await rig.Behind.AcceptAsync();

        Assert.StartsWith("GET /by-listener ", await target.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
    }
}

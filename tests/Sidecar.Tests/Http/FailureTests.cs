using System.Net.Sockets;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Http;

/// <summary>What each side sees when the other one fails, and what is refused.</summary>
public sealed class FailureTests
{
    [Fact]
    public async Task Target_that_cannot_be_reached_is_answered_in_the_recorders_name()
    {
        await using var sidecar = await TestSidecar.StartAsync(Loopback.FreePort());
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync("GET /x?key=secret HTTP/1.1\r\nHost: h\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 502 ", await agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal("k8srecorder: the target could not be reached\n", await agent.ReadUntilAsync("\n"));
        Assert.DoesNotContain("secret", sidecar.Logs.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    public async Task Target_that_does_not_answer_in_http_gives_502(string answer)
    {
        await using var pair = await ExchangePair.StartAsync("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
        await pair.Target.SendAsync(answer);
        pair.Target.Dispose();

        Assert.StartsWith("HTTP/1.1 502 ", await pair.Agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal("k8srecorder: the target's answer broke off or was not HTTP\n", await pair.Agent.ReadUntilAsync("\n"));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")]
    public async Task Response_that_breaks_off_breaks_off_for_the_agent(string answer)
    {
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync(answer);
        Assert.EndsWith("abc", await pair.Agent.ReadUntilAsync("abc"), StringComparison.Ordinal);
        pair.Target.Dispose();

        try
        {
            Assert.DoesNotContain("0\r\n\r\n", await pair.Agent.ReadToEndAsync(), StringComparison.Ordinal);
        }
        catch (SocketException reset)
        {
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        }
    }

    [Fact]
    public async Task Agent_that_leaves_ends_the_targets_connection()
    {
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        await pair.Agent.ReadUntilAsync("abc\r\n");
        pair.Agent.Reset();

        try
        {
            Assert.Equal("", await pair.Target.ReadToEndAsync());
        }
        catch (SocketException reset)
        {
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        }
    }

    [Theory]
    [InlineData("GET /chat HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: TLS/1.0\r\n\r\n")]
    [InlineData("CONNECT elsewhere:443 HTTP/1.1\r\nHost: elsewhere:443\r\n\r\n")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n")]
    public async Task What_is_not_carried_is_refused_in_words(string request)
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync(request + "GET /for-the-tunnel HTTP/1.1\r\nHost: h\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 501 ", await agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("k8srecorder: ", await agent.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.False(upstream.IsPending);
    }

    [Fact]
    public async Task Offer_of_h2c_is_left_unanswered_and_the_request_goes_on()
    {
        await using var pair = await ExchangePair.StartAsync(
            "GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await pair.Agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
    }
}

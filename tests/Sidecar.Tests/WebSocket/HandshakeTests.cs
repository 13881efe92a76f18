namespace K8sRecorder.Sidecar.Tests.WebSocket;

/// <summary>What is an upgrade to WebSocket, and what is not.</summary>
public sealed class HandshakeTests
{
    private const string Request = "GET /chat HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n";

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno")]
    [InlineData("HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 12\r\nContent-Length: 2\r\n\r\nno")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno")]
    public async Task Any_other_answer_goes_on_as_plain_http(string answer)
    {
        await using var pair = await Http.ExchangePair.StartAsync(Request);
        await pair.Target.SendAsync(answer);
        Assert.Equal(answer, await pair.Agent.ReadUntilAsync("no"));
        await pair.NextAsync("GET /next HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync("HTTP/1.1 204 No Content\r\n\r\n");
        Assert.Equal("HTTP/1.1 204 No Content\r\n\r\n", await pair.Agent.ReadUntilAsync("\r\n\r\n"));
    }

    [Theory]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n")]
    public async Task Answer_that_switches_to_something_else_is_not_passed_on(string answer)
    {
        await using var pair = await Http.ExchangePair.StartAsync(Request);
        await pair.Target.SendAsync(answer);

        Assert.StartsWith("HTTP/1.1 502 ", await pair.Agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /chat HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: TLS/1.2\r\n\r\n")]
    [InlineData("GET /chat HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket, other\r\n\r\n")]
    [InlineData("POST /chat HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n\r\nx")]
    public async Task Other_upgrades_are_refused_in_words(string request)
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync(request);

        Assert.StartsWith("HTTP/1.1 501 ", await agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("k8srecorder: ", await agent.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.False(upstream.IsPending);
    }
}

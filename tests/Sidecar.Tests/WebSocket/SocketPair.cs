namespace K8sRecorder.Sidecar.Tests.WebSocket;

/// <summary>A raw agent and a raw target that have opened a WebSocket through a sidecar.</summary>
internal sealed class SocketPair : IDisposable
{
    private const string Offer =
        "GET /chat?a=b HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n";

    private SocketPair(RawConnection agent, RawConnection target) => (Agent, Target) = (agent, target);

    public RawConnection Agent { get; }

    public RawConnection Target { get; }

    /// <summary>Opens one; both heads must pass as they are.</summary>
    public static async Task<SocketPair> OpenAsync(TestSidecar sidecar, RawUpstream upstream, string? extensions = null, string ahead = "", string behind = "")
    {
        var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync(Offer + ahead);
        var target = await upstream.AcceptAsync();
        Assert.Equal(Offer, await target.ReadUntilAsync("\r\n\r\n"));
        var answer = "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            + (extensions is null ? "" : $"Sec-WebSocket-Extensions: {extensions}\r\n") + "\r\n";
        await target.SendAsync(answer + behind);
        Assert.Equal(answer, await agent.ReadUntilAsync("\r\n\r\n"));
        return new SocketPair(agent, target);
    }

    public async Task AgentSaysAsync(string bytes)
    {
        await Agent.SendAsync(bytes);
        Assert.Equal(bytes, await Target.ReadAsync(bytes.Length));
    }

    public async Task TargetSaysAsync(string bytes)
    {
        await Target.SendAsync(bytes);
        Assert.Equal(bytes, await Agent.ReadAsync(bytes.Length));
    }

    /// <summary>Both ends say goodbye and close.</summary>
    public async Task CloseAsync(int code = 1000)
    {
        await AgentSaysAsync(Frames.Masked(Frames.Close, Frames.CloseOf(code)));
        await TargetSaysAsync(Frames.Of(Frames.Close, Frames.CloseOf(code)));
        await EndAsync();
    }

    /// <summary>Both ends close their connections; each must see the other's end.</summary>
    public async Task EndAsync()
    {
        Target.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        Assert.Equal("", await Agent.ReadToEndAsync());
        Agent.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        Assert.Equal("", await Target.ReadToEndAsync());
    }

    public void Dispose()
    {
        Agent.Dispose();
        Target.Dispose();
    }
}

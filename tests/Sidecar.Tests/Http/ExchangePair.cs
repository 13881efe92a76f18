namespace K8sRecorder.Sidecar.Tests.Http;

/// <summary>A raw agent and a raw target with a sidecar between them, one request already through.</summary>
internal sealed class ExchangePair : IAsyncDisposable
{
    private readonly RawUpstream _upstream;

    private ExchangePair(RawUpstream upstream, TestSidecar sidecar, RawConnection agent, RawConnection target)
    {
        _upstream = upstream;
        Sidecar = sidecar;
        Agent = agent;
        Target = target;
    }

    public TestSidecar Sidecar { get; }

    public RawConnection Agent { get; }

    public RawConnection Target { get; private set; }

    public static async Task<ExchangePair> StartAsync(string request, TimeProvider? time = null)
    {
        var upstream = new RawUpstream();
        var sidecar = await TestSidecar.StartAsync(upstream.Port, time: time);
        var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync(request);
        var target = await upstream.AcceptAsync();
        await target.ReadUntilAsync("\r\n\r\n");
        return new ExchangePair(upstream, sidecar, agent, target);
    }

    /// <summary>The next request on both connections as they are.</summary>
    public async Task NextAsync(string request)
    {
        await Agent.SendAsync(request);
        await Target.ReadUntilAsync("\r\n\r\n");
    }

    /// <summary>The next connection to the target.</summary>
    public Task<RawConnection> AcceptAsync() => _upstream.AcceptAsync();

    public async ValueTask DisposeAsync()
    {
        Agent.Dispose();
        Target.Dispose();
        await Sidecar.DisposeAsync();
        _upstream.Dispose();
    }
}

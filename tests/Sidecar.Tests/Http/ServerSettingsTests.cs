namespace K8sRecorder.Sidecar.Tests.Http;

public sealed class ServerSettingsTests
{
    private const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0";

    [Fact]
    public async Task WebSocket_over_http2_is_not_offered()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync(Preface);
        var head = await agent.ReadAsync(9);
        Assert.Equal('\u0004', head[3]);
        var settings = (await agent.ReadAsync((head[1] << 8) | head[2])).Chunk(6).ToDictionary(s => (s[0] << 8) | s[1], s => (s[2] << 24) | (s[3] << 16) | (s[4] << 8) | s[5]);
        Assert.Equal(128, settings[3]);
        Assert.Equal(0, settings.GetValueOrDefault(8));
    }
}

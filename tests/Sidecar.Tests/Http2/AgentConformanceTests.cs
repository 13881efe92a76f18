using System.Net;
using K8sRecorder.Testing.Http2;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace K8sRecorder.Sidecar.Tests.Http2;

/// <summary>
/// What agents send over HTTP/2, to the recorder and straight to Kestrel: both must make the same of it, and what the RFCs say where they say it.
/// Nothing that Kestrel would take is broken by being recorded.
/// </summary>
public sealed class AgentConformanceTests
{
    [Fact]
    public Task Frames_of_the_connection() => CompareAsync(Http2Cases.Connection);

    [Fact]
    public Task Streams_and_messages() => CompareAsync(Http2Cases.Streams);

    [Fact]
    public Task Compression_of_fields() => CompareAsync(Http2Cases.Compression);

    [Fact]
    public async Task Reset_is_recorded_by_its_name()
    {
        await using var target = await ServeAsync();
        await using var sidecar = await TestSidecar.StartAsync(new Uri(target.Urls.First()).Port);
        using var agent = await Http2Peer.ToAsync(sidecar.Port);
        await agent.SendAsync(Http2Frames.Agent().Frame(
            Http2Frames.Headers, Http2Frames.EndHeaders, 1, Http2Frames.Fields((":method", "POST"), (":scheme", "http"), (":authority", "h"), (":path", "/"))));
        await agent.SendAsync(new Http2Frames().Frame(Http2Frames.Data, 0, 1, "some"u8).Number(Http2Frames.Reset, 1, 8).Get(3, "/"));
        await agent.ReadUntilAsync(Http2Frames.Headers, 3);
        await sidecar.StopAsync();

        var records = (await Recorded.RecordsAsync(sidecar)).Where(record => record.Channel is not null).ToList();
        Assert.Equal(("agent", "CANCEL"), records.Where(record => record.Kind == "http.reset").Select(record => (record.Text("from"), record.Text("code"))).Single());
        Assert.Single(records, record => record.Text("cut") == "clientAborted" && record.Kind == "http.response");
    }

    private static async Task CompareAsync(IReadOnlyList<Http2Case> cases)
    {
        await using var target = await ServeAsync();
        var port = new Uri(target.Urls.First()).Port;
        await using var sidecar = await TestSidecar.StartAsync(port);
        var found = new List<string>();
        var ended = new List<string>();
        foreach (var one in cases)
        {
            var (straight, recorded) = (await Verdict.OfAsync(port, one), await Verdict.OfAsync(sidecar.Port, one));
            // whoever closes with bytes unread resets, and a reset may take along the GOAWAY before it
            for (var again = 0; recorded != straight && straight == "closed" && again < 10; again++)
                straight = await Verdict.OfAsync(port, one);
            if (recorded != straight)
                found.Add($"{one.Name}: recorded {recorded}, straight {straight}");
            if (one.Expected is not null && !one.Expected.Split('|').Contains(recorded))
                found.Add($"{one.Name}: {recorded}, not {one.Expected}");
            if (recorded.StartsWith("GOAWAY ", StringComparison.Ordinal))
                ended.Add(recorded["GOAWAY ".Length..]);
        }
        await sidecar.StopAsync();

        Assert.True(found.Count == 0, string.Join("\n", found));
        var errors = (await Recorded.RecordsAsync(sidecar)).Where(record => record.Kind == "http2.error").ToList();
        Assert.Equal(ended.Order(), errors.Select(record => record.Text("code")!).Order());
        Assert.All(errors, record => Assert.Equal(("target", "agent", "recorder"), (record.Text("target"), record.Text("connection"), record.Text("from"))));
        await Recorded.AssertSoundAsync(sidecar);
    }

    /// <summary>Reads the whole request and answers with a body; limits as large as the recorder's own, which are not what is compared.</summary>
    private static async Task<WebApplication> ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.AllowAlternateSchemes = true;
            kestrel.RequestHeaderEncodingSelector = _ => System.Text.Encoding.Latin1;
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        var server = builder.Build();
        server.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            await context.Response.Body.WriteAsync("answer"u8.ToArray(), context.RequestAborted);
        });
        await server.StartAsync();
        return server;
    }
}

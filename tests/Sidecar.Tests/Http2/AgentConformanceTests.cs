using System.Net;
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

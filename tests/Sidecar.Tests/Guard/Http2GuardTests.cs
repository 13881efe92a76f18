using System.Net;
using System.Text;
using K8sRecorder.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace K8sRecorder.Sidecar.Tests.Guard;

/// <summary>The same guard on HTTP/2, and gRPC in its own words.</summary>
public sealed class Http2GuardTests : IDisposable
{
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler());

    [Theory]
    [InlineData("DELETE", "/v1/fine_tuning/jobs/1", null, "text/plain", "denied by rule no-finetune")]
    [InlineData("POST", "/v1/models/..%2ffine_tuning/jobs", "{}", "text/plain", "denied by rule no-finetune")]
    [InlineData("POST", "/v1/chat/completions", """{"functions":[{"name":"bash"}]}""", "application/json", "\"type\":\"permission_error\"")]
    public async Task Denied_request_reaches_nobody(string method, string path, string? body, string type, string words)
    {
        await using var rig = await GuardRig.StartAsync();
        using var request = Request(method, rig.Sidecar.Port, path, body is null ? null : new StringContent(body));
        using var response = await _client.SendAsync(request, CancellationToken.None);

        Assert.Equal((HttpStatusCode.Forbidden, HttpVersion.Version20, type), (response.StatusCode, response.Version, response.Content.Headers.ContentType!.MediaType));
        Assert.Contains(words, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(rig.Upstream.IsPending);
        await rig.Sidecar.StopAsync();
        var exchange = Assert.Single(await Recorded.ExchangesAsync(rig.Sidecar));
        Assert.Equal(("refused", "recorder"), (exchange.Request!.Cut, exchange.Response!.Origin));
        Assert.Single(await Recorded.RecordsAsync(rig.Sidecar), record => record.Kind == "guard.denied");
        await Recorded.AssertSoundAsync(rig.Sidecar);
    }

    [Fact]
    public async Task Mcp_call_is_denied_with_its_id_and_recorded_whole()
    {
        await using var rig = await GuardRig.StartAsync();
        var call = GuardRig.Call("shell.exec", "77");
        using var request = Request("POST", rig.Sidecar.Port, "/mcp", new Dribble(Encoding.ASCII.GetBytes(call)));
        request.Headers.Add("Accept", "application/json, text/event-stream");
        using var response = await _client.SendAsync(request, CancellationToken.None);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith("""{"jsonrpc":"2.0","id":77,"error":{"code":-32010,""", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(rig.Upstream.IsPending);
        await rig.Sidecar.StopAsync();
        Assert.Equal(call, await Recorded.BodyAsync(Assert.Single(await Recorded.ExchangesAsync(rig.Sidecar)).Request!));
    }

    [Fact]
    public async Task Grpc_is_told_by_its_own_status()
    {
        await using var rig = await GuardRig.StartAsync();
        var content = new ByteArrayContent([0, 0, 0, 0, 0]);
        content.Headers.ContentType = new("application/grpc");
        using var request = Request("POST", rig.Sidecar.Port, "/v1/fine_tuning/jobs", content);
        using var response = await _client.SendAsync(request, CancellationToken.None);

        Assert.Equal((HttpStatusCode.OK, "7"), (response.StatusCode, Assert.Single(response.Headers.GetValues("grpc-status"))));
        Assert.Equal("k8srecorder: denied by rule no-finetune of the policy", Assert.Single(response.Headers.GetValues("grpc-message")));
    }

    [Fact]
    public async Task Held_body_goes_on_and_a_stream_of_grpc_is_not_held()
    {
        var port = Loopback.FreePort();
        await using var target = await StartEchoAsync(port);
        await using var sidecar = await TestSidecar.StartAsync(port, change: policy => policy with { Targets = [policy.Targets[0] with { Guard = GuardRig.Usual }] });
        var body = $$"""{"a":"{{new string('x', 200_000)}}"}""";
        using (var request = Request("POST", sidecar.Port, "/x", new Dribble(Encoding.ASCII.GetBytes(body))))
        using (var response = await _client.SendAsync(request, CancellationToken.None))
            Assert.Equal(body, await response.Content.ReadAsStringAsync());

        var never = new TaskCompletionSource();
        using var streaming = Request("POST", sidecar.Port, "/grpc", new Dribble([0, 0, 0, 0, 1, 8], never.Task));
        streaming.Content!.Headers.ContentType = new("application/grpc");
        using var streamed = await _client.SendAsync(streaming, CancellationToken.None);
        var first = new byte[6];
        await (await streamed.Content.ReadAsStreamAsync()).ReadExactlyAsync(first);
        never.SetResult();
        Assert.Equal([0, 0, 0, 0, 1, 8], first);
    }

    public void Dispose() => _client.Dispose();

    private static HttpRequestMessage Request(string method, int port, string path, HttpContent? content) =>
        new(new HttpMethod(method), new Uri($"http://127.0.0.1:{port}{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };

    private static async Task<WebApplication> StartEchoAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.Run(async context =>
        {
            await context.Response.StartAsync();
            await context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted);
        });
        await app.StartAsync();
        return app;
    }

    /// <summary>A body without a length, in pieces: single bytes first, the rest, and the end only when it may.</summary>
    private sealed class Dribble(byte[] body, Task? end = null) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var i = 0; i < Math.Min(5, body.Length); i++)
            {
                await stream.WriteAsync(body.AsMemory(i, 1));
                await stream.FlushAsync();
            }
            await stream.WriteAsync(body.AsMemory(Math.Min(5, body.Length)));
            await stream.FlushAsync();
            await (end ?? Task.CompletedTask);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

using System.IO.Compression;
using System.Text;
using System.Text.Json;
using K8sRecorder.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace K8sRecorder.Integration.Canaries;

/// <summary>A target that answers with secrets in all the places where real ones have been seen.</summary>
internal sealed class CanaryUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;

    private CanaryUpstream(WebApplication app, int port) => (_app, Port) = (app, port);

    public int Port { get; }

    public static async Task<CanaryUpstream> StartAsync(CanaryCage cage)
    {
        var port = Loopback.FreePort();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();

        var token = new { access_token = cage.Opaque("oauth access_token"), refresh_token = cage.Opaque("oauth refresh_token"), id_token = cage.Jwt("oauth id_token"), token_type = "Bearer", expires_in = 3600 };
        app.MapPost("/oauth/token", () => Results.Json(token));

        var errorPage = $"<html><h1>500</h1><pre>connect failed: postgres://svc:{cage.Opaque("error page url password")}@db/orders key={cage.AwsKey("error page key")}</pre> marker-error</html>";
        app.MapGet("/error", () => Results.Content(errorPage, "text/html", Encoding.UTF8, 500));

        var cookie = cage.Opaque("set-cookie");
        var location = cage.Opaque("location query");
        app.MapGet("/login", (HttpResponse response) =>
        {
            response.Headers.SetCookie = $"session={cookie}; Path=/; HttpOnly";
            return Results.Redirect($"/next?access_token={location}&marker-location=1");
        });

        var zipped = JsonSerializer.Serialize(new { note = "marker-gzip", key = cage.AnthropicKey("gzip response") });
        app.MapGet("/gzip", async (HttpResponse response) =>
        {
            response.Headers.ContentEncoding = "gzip";
            response.ContentType = "application/json";
            await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(zipped));
        });
        var brotli = JsonSerializer.Serialize(new { note = "marker-brotli", key = cage.AnthropicKey("brotli response") });
        app.MapGet("/brotli", async (HttpResponse response) =>
        {
            response.Headers.ContentEncoding = "br";
            response.ContentType = "application/json";
            await using var br = new BrotliStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
            await br.WriteAsync(Encoding.UTF8.GetBytes(brotli));
        });

        app.MapPost("/v1/chat/completions", Stream(OpenAi(cage)));
        app.MapPost("/v1/messages", Stream(Anthropic(cage)));
        app.MapFallback(async (HttpContext context) =>
        {
            await context.Request.Body.CopyToAsync(System.IO.Stream.Null);
            await context.Response.WriteAsync("marker-answer");
        });
        await app.StartAsync();
        return new CanaryUpstream(app, port);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Events one by one, each flushed, with deltas of 1 to 7 characters.</summary>
    private static RequestDelegate Stream(IReadOnlyList<string> events) => async context =>
    {
        await context.Request.Body.CopyToAsync(System.IO.Stream.Null);
        context.Response.ContentType = "text/event-stream";
        foreach (var text in events)
        {
            await context.Response.WriteAsync(text);
            await context.Response.Body.FlushAsync();
        }
    };

    private static List<string> OpenAi(CanaryCage cage)
    {
        var events = new List<string>();
        foreach (var delta in Deltas($"marker-openai the key is {cage.OpenAiKey("openai deltas")} and {cage.AwsKey("openai deltas second")} end"))
            events.Add($"data: {JsonSerializer.Serialize(new { id = "chatcmpl-1", @object = "chat.completion.chunk", choices = new[] { new { index = 0, delta = new { content = delta } } } })}\n\n");
        var arguments = JsonSerializer.Serialize(new { command = "login", password = cage.Opaque("openai tool arguments") });
        foreach (var delta in Deltas(arguments))
            events.Add($"data: {JsonSerializer.Serialize(new { id = "chatcmpl-1", choices = new[] { new { index = 0, delta = new { tool_calls = new[] { new { index = 0, function = new { arguments = delta } } } } } } })}\n\n");
        events.Add("data: [DONE]\n\n");
        return events;
    }

    private static List<string> Anthropic(CanaryCage cage)
    {
        var events = new List<string> { "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"role\":\"assistant\"}}\n\n" };
        foreach (var delta in Deltas($"marker-anthropic use {cage.AnthropicKey("anthropic deltas")} now"))
            events.Add($"event: content_block_delta\ndata: {JsonSerializer.Serialize(new { type = "content_block_delta", index = 0, delta = new { type = "text_delta", text = delta } })}\n\n");
        var input = JsonSerializer.Serialize(new { url = "x", api_key = cage.Opaque("anthropic input json") });
        foreach (var delta in Deltas(input))
            events.Add($"event: content_block_delta\ndata: {JsonSerializer.Serialize(new { type = "content_block_delta", index = 1, delta = new { type = "input_json_delta", partial_json = delta } })}\n\n");
        events.Add("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
        return events;
    }

    private static IEnumerable<string> Deltas(string text)
    {
        for (int at = 0, length = 1; at < text.Length; at += length, length = length % 7 + 1)
            yield return text.Substring(at, Math.Min(length, text.Length - at));
    }
}

using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace K8sRecorder.Sidecar.Tests.WebSocket;

/// <summary>The list of <see cref="ConformanceCase"/> by RFC 8441, on both sides: all bytes pass as they are, and what they are is recorded.</summary>
public sealed class Http2ConformanceTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_case_passes_unchanged_and_is_recorded_as_what_it_is(bool isAgents)
    {
        await using var server = await ServeAsync(isAgents);
        await using var sidecar = await TestSidecar.StartAsync(new Uri(server.Urls.First()).Port);
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        foreach (var (one, i) in ConformanceCase.All.Select((one, i) => (one, i)))
        {
            using var request = new HttpRequestMessage(HttpMethod.Connect, $"http://127.0.0.1:{sidecar.Port}/{i}") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            request.Headers.Protocol = "websocket";
            request.Headers.Add("Sec-WebSocket-Version", "13");
            using var answer = await client.SendAsync(request, patience.Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            await using var stream = await answer.Content.ReadAsStreamAsync(patience.Token);
            var said = Encoding.Latin1.GetBytes(one.Bytes(isAgents));
            if (isAgents)
            {
                await stream.WriteAsync(said, patience.Token);
                await stream.FlushAsync(patience.Token);
            }
            using var heard = new MemoryStream();
            await stream.CopyToAsync(heard, patience.Token);
            // what the server heard of the agent it counts with the end of the stream
            Assert.True(isAgents ? heard.Length == 0 : heard.ToArray().AsSpan().SequenceEqual(said), one.Name);
        }
        await sidecar.StopAsync();

        await ConformanceCase.AssertRecordedAsync(sidecar, isAgents);
    }

    /// <summary>Says a case, or hears one to its last byte, and ends; what is not the case is a reset.</summary>
    private static async Task<WebApplication> ServeAsync(bool isAgents)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        var server = builder.Build();
        server.Run(async context =>
        {
            var one = ConformanceCase.All[int.Parse(context.Request.Path.Value![1..], System.Globalization.CultureInfo.InvariantCulture)];
            var bytes = Encoding.Latin1.GetBytes(one.Bytes(isAgents));
            await using var stream = await context.Features.GetRequiredFeature<IHttpExtendedConnectFeature>().AcceptAsync();
            if (!isAgents)
            {
                await stream.WriteAsync(bytes);
                return;
            }
            var heard = new byte[bytes.Length];
            await stream.ReadExactlyAsync(heard);
            if (!heard.AsSpan().SequenceEqual(bytes))
                context.Abort();
        });
        await server.StartAsync();
        return server;
    }
}

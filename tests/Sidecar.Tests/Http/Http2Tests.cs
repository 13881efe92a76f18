using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using K8sRecorder.Policy.Model;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Http;

/// <summary>HTTP/2 from agents, with prior knowledge; and TLS towards targets.</summary>
public sealed class Http2Tests
{
    [Theory]
    [InlineData(HttpProtocols.Http2, "HTTP/2")]
    [InlineData(HttpProtocols.Http1, "HTTP/1.1")]
    public async Task Http2_agent_is_served_by_what_the_target_takes(HttpProtocols protocols, string seen)
    {
        var port = Loopback.FreePort();
        await using var target = await StartAsync(protocols, certificate: null, port);
        await using var sidecar = await TestSidecar.StartAsync(port);
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{sidecar.Port}/a%3Ab")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent("body"),
        };
        using var response = await client.SendAsync(request, CancellationToken.None);

        Assert.Equal(HttpVersion.Version20, response.Version);
        Assert.Equal($"{seen} /a%3Ab body", await response.Content.ReadAsStringAsync());
        Assert.Equal("42", Assert.Single(response.TrailingHeaders.GetValues("x-sum")));
        await sidecar.StopAsync();
        Assert.Equal("body", await Recorded.BodyAsync(Assert.Single(await Recorded.ExchangesAsync(sidecar)).Request!));
    }

    [Fact]
    public async Task Target_with_an_unknown_certificate_is_not_believed()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue.AddDays(-1));
        using var usable = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        var port = Loopback.FreePort();
        await using var target = await StartAsync(HttpProtocols.Http1, usable, port);
        await using var sidecar = await TestSidecar.StartAsync(port, change: policy => policy with
        {
            Targets = [policy.Targets[0] with { Upstream = policy.Targets[0].Upstream! with { Tls = UpstreamTlsMode.Verify } }],
        });
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 502 ", await agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Large_head_is_held_no_longer_than_its_exchange()
    {
        var port = Loopback.FreePort();
        await using var target = await StartAsync(HttpProtocols.Http2, certificate: null, port);
        await using var sidecar = await TestSidecar.StartAsync(port);
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        for (var i = 0; i < 250; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{sidecar.Port}/")
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            for (var j = 0; j < 4; j++)
                request.Headers.Add($"x-{j}", new string('a', 15 << 10));
            using var response = await client.SendAsync(request, CancellationToken.None);

            Assert.NotEqual(HttpStatusCode.ServiceUnavailable, response.StatusCode); // the target may not like it
        }
    }

    [Fact]
    public void Large_heads_are_bounded_together()
    {
        var heads = new LargeHeads();
        var taken = 0;
        while (heads.TryHold(1 << 20))
            taken++;
        Assert.Equal(32, taken);
        Assert.False(heads.TryHold(1));
        heads.Release(1 << 20);

        Assert.True(heads.TryHold(1 << 20));
    }

    private static async Task<WebApplication> StartAsync(HttpProtocols protocols, X509Certificate2? certificate, int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, endpoint =>
        {
            endpoint.Protocols = protocols;
            if (certificate is not null)
                endpoint.UseHttps(certificate);
        }));
        var app = builder.Build();
        app.Run(async context =>
        {
            context.Response.DeclareTrailer("x-sum");
            var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
            using var reader = new StreamReader(context.Request.Body);
            var text = $"{context.Request.Protocol} {target} {await reader.ReadToEndAsync()}";
            if (context.Response.SupportsTrailers())
            {
                await context.Response.WriteAsync(text);
                context.Response.AppendTrailer("x-sum", "42");
                return;
            }
            context.Response.Headers.TransferEncoding = "chunked";
            await context.Response.WriteAsync($"{text.Length:x}\r\n{text}\r\n0\r\nx-sum: 42\r\n\r\n");
        });
        await app.StartAsync();
        return app;
    }
}

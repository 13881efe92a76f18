using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace K8sRecorder.Integration.Capture;

/// <summary>
/// As much of a Kubernetes API as <c>kubectl get pods</c> asks for: what there is, a list, a watch that ends after two events. Like the real one it
/// asks for a client's certificate, goes on without, and is known by its address.
/// </summary>
internal sealed class ApiServer : IAsyncDisposable
{
    public const string Token = "token-of-the-service-account-0123456789";

    private const string Resources = """
        {"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"pods","singularName":"pod","namespaced":true,"kind":"Pod","verbs":["get","list","watch"],"shortNames":["po"]}]}
        """;

    private readonly WebApplication _app;

    private ApiServer(WebApplication app) => _app = app;

    public static async Task<ApiServer> StartAsync(World world)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<SocketTransportOptions>(sockets =>
            sockets.CreateBoundListenSocket = at => world.Network.As(0, () => SocketTransportOptions.CreateDefaultBoundListenSocket(at)));
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Parse(World.Kubernetes), 443, endpoint => endpoint.UseHttps(https =>
        {
            https.ServerCertificate = world.Authority.Certify([World.Kubernetes, "kubernetes.default.svc"]);
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
        })));
        var server = new ApiServer(builder.Build());
        server._app.Run(AnswerAsync);
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization != $"Bearer {Token}")
        {
            context.Response.StatusCode = 401;
            return;
        }
        var path = context.Request.Path.Value;
        if (path == "/healthz")
        {
            await context.Response.WriteAsync("ok");
            return;
        }
        context.Response.ContentType = "application/json";
        if (path == "/api/v1/namespaces/default/pods" && context.Request.Query.ContainsKey("watch"))
        {
            foreach (var name in new[] { "second", "third" })
            {
                await context.Response.WriteAsync($$"""{"type":"ADDED","object":{{Pod(name)}}}""" + "\n");
                await context.Response.Body.FlushAsync();
            }
            return;
        }
        var answer = path switch
        {
            "/version" => """{"major":"1","minor":"32","gitVersion":"v1.32.4"}""",
            "/api" => """{"kind":"APIVersions","versions":["v1"]}""",
            "/apis" => """{"kind":"APIGroupList","apiVersion":"v1","groups":[]}""",
            "/api/v1" => Resources,
            "/api/v1/namespaces/default/pods" => $$"""{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"7"},"items":[{{Pod("first")}}]}""",
            _ => "",
        };
        context.Response.StatusCode = answer.Length > 0 ? 200 : 404;
        await context.Response.WriteAsync(answer);
    }

    private static string Pod(string name) =>
        $$$"""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"{{{name}}}","namespace":"default","uid":"{{{name}}}","resourceVersion":"8"},"spec":{},"status":{}}""";
}

using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace K8sRecorder.Testing.Kube;

/// <summary>
/// An API server in this process, over real HTTP: what a client sees of list, watch, resource versions, conflicts, server-side apply and
/// reviews. It keeps its objects over a restart, and does on demand what goes wrong with real ones.
/// </summary>
public sealed class FakeApiServer : IAsyncDisposable
{
    private readonly FakeServerOptions _options;
    private readonly FakeRouter _router;
    private WebApplication? _app;

    private FakeApiServer(FakeServerOptions options)
    {
        _options = options;
        Store = new FakeStore(options.Time);
        Reviews = new FakeReviews();
        Faults = new FakeFaults();
        _router = new FakeRouter(this, [.. FakeKind.BuiltIn, .. options.Kinds]);
        foreach (var name in (ReadOnlySpan<string>)["default", "kube-system"])
            Store.Create(FakeKind.BuiltIn[0], null, new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } }, "fake");
    }

    public Uri Url { get; private set; } = new("http://127.0.0.1:0");

    public FakeStore Store { get; }

    public FakeReviews Reviews { get; }

    public FakeFaults Faults { get; }

    /// <summary>Method, path and query of every request, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>The User-Agent of every request, in order.</summary>
    public ConcurrentQueue<string> Agents { get; } = new();

    /// <summary>User-Agents that are answered with 503, if any of the handlers says so.</summary>
    public event Func<string, bool>? Refused;

    /// <summary>The headers of the last request.</summary>
    public IReadOnlyDictionary<string, string> LastHeaders { get; private set; } = new Dictionary<string, string>();

    public static async Task<FakeApiServer> StartAsync(FakeServerOptions? options = null)
    {
        var server = new FakeApiServer(options ?? new FakeServerOptions());
        await server.ListenAsync(0);
        return server;
    }

    /// <summary>Every connection breaks, and nobody listens, until <see cref="ResumeAsync"/>.</summary>
    public async Task StopAsync()
    {
        if (_app is null)
            return;
        Faults.BreakAll();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _app = null;
    }

    /// <summary>Listens again where it did before.</summary>
    public Task ResumeAsync() => ListenAsync(Url.Port);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Faults.Dispose();
    }

    private async Task ListenAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (_options.Certificate is { } certificate)
                    listen.UseHttps(https =>
                    {
                        https.ServerCertificate = certificate;
                        https.ServerCertificateChain = _options.CertificateChain;
                        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                        https.ClientCertificateValidation = (_, _, _) => true;
                    });
            });
        });
        _app = builder.Build();
        _app.Run(HandleAsync);
        await _app.StartAsync();
        var bound = new Uri(_app.Urls.Single());
        Url = new UriBuilder(_options.Certificate is null ? "http" : "https", "127.0.0.1", bound.Port).Uri;
    }

    private async Task HandleAsync(HttpContext context)
    {
        Requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        LastHeaders = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var agent = context.Request.Headers.UserAgent.ToString();
        Agents.Enqueue(agent);
        try
        {
            if (Refused?.GetInvocationList().Any(refuses => ((Func<string, bool>)refuses)(agent)) is true)
                throw new FakeApiException(503, "ServiceUnavailable", "not for you");
            if (_options.Authorize is { } authorize && !authorize(context))
                throw new FakeApiException(401, "Unauthorized", "Unauthorized");
            if (!await Faults.AnswerAsync(context))
                await _router.HandleAsync(context);
        }
        catch (FakeApiException refused)
        {
            context.Response.StatusCode = refused.Code;
            if (refused.RetryAfterSeconds is { } seconds)
                context.Response.Headers.RetryAfter = seconds.ToString(null as IFormatProvider);
            await FakeRouter.WriteAsync(context, refused.ToStatus());
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }
}

using System.Net;
using System.Net.Http.Headers;
using K8sRecorder.Kube.Configuration;
using K8sRecorder.Kube.Credentials;

namespace K8sRecorder.Kube.Http;

/// <summary>
/// Sends requests: credential, connection, and again where that is safe. Safe is: the server said 429, or gave a time with its 5xx (it did
/// nothing); nothing was sent, as there was no connection; or the request only reads. All else is the caller's to decide.
/// </summary>
internal sealed class KubeTransport : IDisposable
{
    private readonly KubernetesClientConfiguration _configuration;
    private readonly KubernetesClientOptions _options;
    private readonly CredentialSource _credentials;
    private readonly KubeConnections _connections;
    private readonly string _base;

    public KubeTransport(KubernetesClientConfiguration configuration, KubernetesClientOptions options)
    {
        _configuration = configuration;
        _options = options;
        _credentials = configuration.Exec is { } plugin ? new ExecCredentialSource(plugin, options.Time) : new FileCredentialSource(configuration);
        _connections = new KubeConnections(configuration);
        _base = configuration.Host.GetLeftPart(UriPartial.Path).TrimEnd('/');
    }

    /// <summary>The answer, its head read; the body is the caller's, as is the response.</summary>
    /// <exception cref="KubeStatusException">No answer, or one that is no success.</exception>
    public async Task<HttpResponseMessage> SendAsync(KubeRequest request, CancellationToken cancellationToken)
    {
        KubeCredential? refused = null;
        for (var attempt = 0; ; attempt++)
        {
            var isLast = attempt >= _options.MaxRetries;
            TimeSpan wait;
            try
            {
                var credential = await _credentials.GetAsync(refused, cancellationToken);
                var response = await SendOnceAsync(request, credential, cancellationToken);
                if (response.IsSuccessStatusCode)
                    return response;
                using (response)
                {
                    var failure = await StatusReader.ReadAsync(response, _options, cancellationToken);
                    if (response.StatusCode == HttpStatusCode.Unauthorized && refused is null && _configuration.Exec is not null)
                    {
                        refused = credential;
                        continue;
                    }
                    if (isLast || !MayRepeat(request, failure))
                        throw failure;
                    wait = failure.RetryAfter is { } asked ? Least(asked, _options.MaxRetryAfter) : Backoff(attempt);
                }
            }
            catch (CredentialException none)
            {
                throw Failure(StatusReasons.NoCredential, none.Message, none);
            }
            catch (HttpRequestException broken)
            {
                if (isLast || !(request.IsRepeatable || NothingWasSent(broken)))
                    throw Unreachable(broken);
                wait = Backoff(attempt);
            }
            await Task.Delay(wait, _options.Time, cancellationToken);
        }
    }

    /// <summary>Where a body breaks off on its way.</summary>
    public KubeStatusException Unreachable(Exception broken) => Failure(
        StatusReasons.Unreachable,
        $"no answer from {_configuration.Host.Authority}: {(broken as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "its name cannot be resolved",
            HttpRequestError.SecureConnectionError => "its certificate is not believed, or TLS failed",
            HttpRequestError.ProxyTunnelError => "the proxy does not let us through",
            HttpRequestError.ConnectionError => "no connection",
            _ => "the connection broke",
        }}",
        broken);

    public static KubeStatusException Failure(string reason, string message, Exception? inner = null) =>
        new(new Models.V1Status { Status = "Failure", Reason = reason, Message = message }, statusCode: null, inner: inner);

    public void Dispose()
    {
        _connections.Dispose();
        _credentials.Dispose();
    }

    private async Task<HttpResponseMessage> SendOnceAsync(KubeRequest request, KubeCredential credential, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, _base + request.PathAndQuery) { Version = HttpVersion.Version11 };
        if (!request.Body.IsEmpty)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType);
        }
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        message.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent);
        // SocketsHttpHandler takes the name for SNI and for the check of the certificate from here; the connection goes to the URL's host.
        if (_configuration.TlsServerName is { } name)
            message.Headers.Host = name;
        if (credential.Token is { } token)
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        ImpersonationHeaders.Add(message.Headers, _configuration.Impersonate);
        return await _connections.For(credential.Certificate).SendAsync(message, cancellationToken);
    }

    private static bool MayRepeat(KubeRequest request, KubeStatusException failure) => failure.StatusCode switch
    {
        HttpStatusCode.TooManyRequests => true,
        HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => request.IsRepeatable || failure.RetryAfter is not null,
        >= HttpStatusCode.InternalServerError => failure.RetryAfter is not null,
        _ => false,
    };

    private static bool NothingWasSent(HttpRequestException broken) => broken.HttpRequestError is
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.ProxyTunnelError;

    private TimeSpan Backoff(int attempt) => TimeSpan.FromMilliseconds(Math.Min(200 << Math.Min(attempt, 5), 5000) * (1 + _options.NextJitter()));

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

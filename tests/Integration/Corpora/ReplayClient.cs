using System.Net;
using System.Text;

namespace K8sRecorder.Integration.Corpora;

/// <summary>The agent's part: sends the recorded request as it was, adds nothing but the id, and keeps what comes back undecoded.</summary>
internal sealed class ReplayClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly HttpMessageInvoker _client;
    private readonly string _origin;
    private readonly Version _version;

    public ReplayClient(int port, Version version)
    {
        _origin = $"http://127.0.0.1:{port}";
        _version = version;
        _client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        });
    }

    public async Task RunAsync(Replay replay)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            using var request = Request(replay);
            using var response = await _client.SendAsync(request, patience.Token);
            replay.GotStatus = (int)response.StatusCode;
            foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
                replay.GotHeaders.AddRange(values.Select(v => KeyValuePair.Create(name, v)));
            replay.GotBody = await ReadAsync(replay, response, patience.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            replay.Fault ??= $"{e.GetType().Name}: {e.Message} {e.InnerException?.Message}";
        }
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage Request(Replay replay)
    {
        var exchange = replay.Exchange;
        // Else the class would write %3A and .. in its own way.
        var uri = new Uri(_origin + exchange.Target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(exchange.Method), uri)
        {
            Version = _version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = exchange.RequestBody.Length > 0 || exchange.Method == "POST" ? new ByteArrayContent(exchange.RequestBody) : null,
        };
        foreach (var (name, value) in ReplayHeaders.Sent(exchange.RequestHeaders))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.TryAddWithoutValidation(Replay.IdHeader, exchange.Id);
        return request;
    }

    private static async Task<byte[]> ReadAsync(Replay replay, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            body.Write(buffer, 0, count);
            replay.Received((int)body.Length);
        }

        return body.ToArray();
    }
}

using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// Carries heads over as they came. The forwarder's own defaults rewrite the path and drop a dozen fields; nothing of them is
/// used here. What still differs between the two sides is listed in docs/fidelity.md.
/// </summary>
internal sealed class FaithfulTransformer : HttpTransformer
{
    public static readonly FaithfulTransformer Instance = new();

    private static readonly UriCreationOptions AsItStands = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private FaithfulTransformer()
    {
    }

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        var exchange = Http2Exchange.Of(httpContext);
        proxyRequest.Options.Set(FlushingHandler.Exchange, exchange);
        proxyRequest.RequestUri = UriOf(exchange);
        var headers = httpContext.Request.Headers;
        var connection = headers.Connection;
        proxyRequest.Headers.Host = HostOf(exchange);
        foreach (var (name, values) in headers)
        {
            if (name.StartsWith(':') || name.Equals("Host", StringComparison.OrdinalIgnoreCase) || HopByHop.Ends(name, connection))
                continue;
            if (IsCrumbled(name, values))
                Add(proxyRequest, name, Joined(values));
            else if (!Add(proxyRequest, name, values) && proxyRequest.Content is null)
            {
                await BeBodylessContentAsync(httpContext, proxyRequest, cancellationToken);
                Add(proxyRequest, name, values);
            }
        }
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
            return false; // the pipeline answers
        var exchange = Http2Exchange.Of(httpContext);
        TakeHead(exchange, proxyResponse);
        await exchange.StartResponseAsync();
        if (exchange.ResponseHasBody)
            proxyResponse.Content = new HeadFirstContent(proxyResponse.Content, exchange);
        return true;
    }

    public override ValueTask TransformResponseTrailersAsync(
        HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        var exchange = Http2Exchange.Of(httpContext);
        TakeTrailers(exchange, proxyResponse);
        exchange.AnswerIsWhole = true;
        return ValueTask.CompletedTask;
    }

    /// <summary>A request that opens a WebSocket, with the fields that are the agent's.</summary>
    public static HttpRequestMessage Opening(Http2Exchange exchange, HttpMethod method)
    {
        var request = new HttpRequestMessage(method, UriOf(exchange));
        request.Headers.Host = HostOf(exchange);
        foreach (var (name, values) in exchange.Context.Request.Headers)
        {
            // neither has a meaning there (RFC 8441 5), and of the key there is one of ours where there has to be
            if (!name.StartsWith(':') && !name.Equals("Host", StringComparison.OrdinalIgnoreCase) && !name.Equals("Sec-WebSocket-Key", StringComparison.OrdinalIgnoreCase))
                Add(request, name, IsCrumbled(name, values) ? Joined(values) : values);
        }
        return request;
    }

    /// <summary>Puts the target's status and fields into the answer to the agent.</summary>
    public static void TakeHead(Http2Exchange exchange, HttpResponseMessage from)
    {
        var response = exchange.Context.Response;
        response.StatusCode = (int)from.StatusCode;
        var connection = ConnectionOf(from);
        Copy(from.Headers.NonValidated, response.Headers, connection);
        Copy(from.Content.Headers.NonValidated, response.Headers, connection);
    }

    public static void TakeTrailers(Http2Exchange exchange, HttpResponseMessage from)
    {
        foreach (var (name, values) in from.TrailingHeaders.NonValidated)
            exchange.ResponseTrailers[name] = ToStringValues(values);
    }

    private static Uri UriOf(Http2Exchange exchange) => new(string.Concat(exchange.Target.Prefix, exchange.PathAndQuery), in AsItStands);

    private static string HostOf(Http2Exchange exchange) =>
        exchange.Target.HostInstead is null && exchange.Context.Request.Headers.Host is [{ } host] ? host : exchange.Target.Authority;

    /// <summary>HTTP/2 crumbs (RFC 9113 8.2.3).</summary>
    private static bool IsCrumbled(string name, StringValues values) => values.Count > 1 && name.Equals("Cookie", StringComparison.OrdinalIgnoreCase);

    private static string Joined(StringValues crumbs) => string.Join("; ", crumbs.ToArray());

    /// <summary>
    /// Content fields of a request without a body need a content object, and YARP takes only its own empty one: it is had from there.
    /// </summary>
    private async ValueTask BeBodylessContentAsync(HttpContext context, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var host = request.Headers.Host;
        var kept = request.Headers.NonValidated.Where(header => header.Key != "Host")
            .Select(header => (header.Key, header.Value.ToArray())).ToList();
        await base.TransformRequestAsync(context, request, string.Empty, cancellationToken);
        request.Headers.Clear();
        request.Content?.Headers.Clear();
        request.Headers.Host = host;
        foreach (var (name, values) in kept)
            request.Headers.TryAddWithoutValidation(name, values);
    }

    private static bool Add(HttpRequestMessage request, string name, StringValues values)
    {
        if (values.Count == 1)
            return request.Headers.TryAddWithoutValidation(name, values[0])
                || (request.Content?.Headers.TryAddWithoutValidation(name, values[0]) ?? false);
        var all = (IEnumerable<string?>)values;
        return request.Headers.TryAddWithoutValidation(name, all) || (request.Content?.Headers.TryAddWithoutValidation(name, all) ?? false);
    }

    private static StringValues ConnectionOf(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("Connection", out var values) ? ToStringValues(values) : StringValues.Empty;

    private static void Copy(System.Net.Http.Headers.HttpHeadersNonValidated from, IHeaderDictionary to, StringValues connection)
    {
        foreach (var (name, values) in from)
        {
            if (!HopByHop.Ends(name, connection))
                to[name] = ToStringValues(values);
        }
    }

    private static StringValues ToStringValues(System.Net.Http.Headers.HeaderStringValues values) =>
        values.Count == 1 ? new StringValues(values.ToString()) : new StringValues(values.ToArray());
}

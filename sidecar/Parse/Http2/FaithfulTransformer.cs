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
        proxyRequest.RequestUri = new Uri(string.Concat(destinationPrefix, exchange.PathAndQuery), in AsItStands);
        var headers = httpContext.Request.Headers;
        var connection = headers.Connection;
        proxyRequest.Headers.Host = exchange.Target.HostInstead is null && headers.Host.Count == 1
            ? headers.Host[0]
            : exchange.Target.Authority;
        foreach (var (name, values) in headers)
        {
            if (name.StartsWith(':') || name.Equals("Host", StringComparison.OrdinalIgnoreCase) || HopByHop.Ends(name, connection))
                continue;
            if (name.Equals("Cookie", StringComparison.OrdinalIgnoreCase) && values.Count > 1)
                Add(proxyRequest, name, string.Join("; ", values.ToArray())); // HTTP/2 crumbs (RFC 9113 8.2.3)
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
        var response = httpContext.Response;
        response.StatusCode = (int)proxyResponse.StatusCode;
        var connection = ConnectionOf(proxyResponse);
        Copy(proxyResponse.Headers.NonValidated, response.Headers, connection);
        Copy(proxyResponse.Content.Headers.NonValidated, response.Headers, connection);
        await exchange.StartResponseAsync();
        if (exchange.ResponseHasBody)
            proxyResponse.Content = new HeadFirstContent(proxyResponse.Content, exchange);
        return true;
    }

    public override ValueTask TransformResponseTrailersAsync(
        HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        var exchange = Http2Exchange.Of(httpContext);
        foreach (var (name, values) in proxyResponse.TrailingHeaders.NonValidated)
            exchange.ResponseTrailers[name] = ToStringValues(values);
        return ValueTask.CompletedTask;
    }

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

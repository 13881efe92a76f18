using System.Net;
using Yarp.ReverseProxy.Forwarder;

namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>
/// Origin by YARP's forwarder: HTTP/1.1 for agents that speak it, HTTP/2 for agents that speak that to targets that take it.
/// </summary>
internal sealed class YarpOrigin(IHttpForwarder forwarder) : IHttpOrigin
{
    // no time limit of ours: an agent that waits an hour for a model waits an hour
    private static readonly ForwarderRequestConfig Http1 = new()
    {
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = Timeout.InfiniteTimeSpan,
    };

    private static readonly ForwarderRequestConfig Http2OverTls = Http1 with
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
    };

    private static readonly ForwarderRequestConfig Http2PriorKnowledge = Http1 with
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    public async ValueTask<OriginResult> ForwardAsync(HttpExchange exchange)
    {
        var version = !exchange.IsHttp2 || !await exchange.Target.TakesHttp2Async() ? Http1
            : exchange.Target.IsTls ? Http2OverTls : Http2PriorKnowledge;
        var target = exchange.Target;
        var error = await forwarder.SendAsync(exchange.Context, target.Prefix, target.Client, version, FaithfulTransformer.Instance);
        if (error != ForwarderError.None)
            exchange.OriginException = exchange.Context.GetForwarderErrorFeature()?.Exception;
        return ResultOf(error, exchange);
    }

    private static OriginResult ResultOf(ForwarderError error, HttpExchange exchange)
    {
        if (exchange.RecordingFailed)
            return OriginResult.NotRecorded;
        if (error == ForwarderError.None)
            return OriginResult.Completed;
        if (exchange.ResponseIsComplete)
            return OriginResult.Completed; // the request's body broke after the answer was there: nobody waits for it
        if (exchange.RequestTap.Failure is BadHttpRequestException && !exchange.ResponseHasStarted && !exchange.IsAborted)
            return OriginResult.BadRequest;
        if (exchange.IsAborted || exchange.RequestTap.Failure is not null)
            return OriginResult.ClientAborted;
        if (exchange.ResponseHasStarted)
            return OriginResult.TargetFailed;
        return exchange.OriginException is HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
        }
            ? OriginResult.Unreachable
            : OriginResult.BadAnswer;
    }
}

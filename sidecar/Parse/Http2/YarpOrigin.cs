using System.Net;
using K8sRecorder.Sidecar.Parse.Http;
using Yarp.ReverseProxy.Forwarder;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// Origin of HTTP/2 exchanges by YARP's forwarder: as HTTP/2 where the target takes it, else as HTTP/1.1.
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

    public async ValueTask<ExchangeResult> ForwardAsync(Http2Exchange exchange)
    {
        var version = !await exchange.Target.TakesHttp2Async() ? Http1
            : exchange.Target.IsTls ? Http2OverTls : Http2PriorKnowledge;
        var target = exchange.Target;
        var error = await forwarder.SendAsync(exchange.Context, target.Prefix, target.Client, version, FaithfulTransformer.Instance);
        if (error != ForwarderError.None)
            exchange.OriginException ??= exchange.Context.GetForwarderErrorFeature()?.Exception;
        return ResultOf(error, exchange);
    }

    private static ExchangeResult ResultOf(ForwarderError error, Http2Exchange exchange)
    {
        if (exchange.RecordingFailed)
            return ExchangeResult.NotRecorded;
        if (error == ForwarderError.None)
            return ExchangeResult.Completed;
        if (exchange.ResponseIsComplete || exchange.AnswerIsWhole)
            return ExchangeResult.Completed; // the request's body broke after the answer was there: nobody waits for it
        if (exchange.RequestTap.Failure is BadHttpRequestException && !exchange.ResponseHasStarted && !exchange.IsAborted)
            return ExchangeResult.BadRequest;
        if (exchange.IsAborted || exchange.RequestTap.Failure is not null)
            return ExchangeResult.ClientAborted;
        if (exchange.ResponseHasStarted || Http2Failure.Of(exchange.OriginException) is { IsOfConnection: false })
            return ExchangeResult.TargetFailed; // a reset is one of the agent's stream, too
        return IsUnreachable(exchange.OriginException) ? ExchangeResult.Unreachable : ExchangeResult.BadAnswer;
    }

    /// <summary>Whether a failure says that there was no connection.</summary>
    internal static bool IsUnreachable(Exception? failure) => failure is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
    };
}

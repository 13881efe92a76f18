using System.Text;

namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>An answer that the recorder gives itself. It says so: nobody is to look for its cause at the target.</summary>
internal sealed class RecorderAnswer
{
    public static readonly RecorderAnswer Unreachable = new(502, "the target could not be reached");
    public static readonly RecorderAnswer BadAnswer = new(502, "the target's answer broke off or was not HTTP");
    public static readonly RecorderAnswer BadRequest = new(400, "the request's body broke its own framing");
    public static readonly RecorderAnswer NotRecorded = new(503, "this exchange cannot be recorded now, so it was not forwarded");
    public static readonly RecorderAnswer TooManyChannels = new(503, "too many exchanges are open");
    public static readonly RecorderAnswer UpgradeRefused = new(501, "connection upgrades are not supported");
    public static readonly RecorderAnswer TunnelRefused = new(501, "CONNECT and requests about the server itself (OPTIONS *) are not supported");

    private readonly byte[] _body;

    private RecorderAnswer(int status, string reason)
    {
        Status = status;
        Reason = reason;
        _body = Encoding.ASCII.GetBytes($"k8srecorder: {reason}\n");
    }

    public int Status { get; }

    /// <summary>Stands in the body and as <c>error</c> in the record.</summary>
    public string Reason { get; }

    /// <summary>Answers through the exchange's tap, so that the answer is recorded like any other.</summary>
    public async ValueTask WriteAsync(HttpExchange exchange)
    {
        var response = exchange.Context.Response;
        response.Clear();
        response.StatusCode = Status;
        response.ContentType = "text/plain";
        response.ContentLength = _body.Length;
        exchange.ResponseTrailers.Clear();
        exchange.Recorder.OwnAnswer = Reason;
        await exchange.StartResponseAsync();
        if (!HttpMethods.IsHead(exchange.Context.Request.Method))
            await exchange.ResponseTap.WriteAsync(_body);
        await exchange.ResponseTap.CompleteAsync();
    }

    /// <summary>Answers past the recording, which does not take anything.</summary>
    public async ValueTask WriteUnrecordedAsync(HttpExchange exchange)
    {
        var response = exchange.Context.Response;
        response.Clear();
        response.StatusCode = Status;
        response.ContentType = "text/plain";
        response.ContentLength = _body.Length;
        await exchange.ResponseTap.WriteUnrecordedAsync(HttpMethods.IsHead(exchange.Context.Request.Method) ? ReadOnlyMemory<byte>.Empty : _body);
    }
}

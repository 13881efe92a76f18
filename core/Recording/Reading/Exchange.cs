namespace K8sRecorder.Recording.Reading;

/// <summary>One HTTP exchange: what a channel's request and response records say together.</summary>
public sealed class Exchange
{
    private readonly List<HttpMessage> _interim = [];

    internal Exchange(long channel) => Channel = channel;

    /// <summary>The channel: what <c>cat</c> takes.</summary>
    public long Channel { get; }

    /// <summary>The target's name.</summary>
    public string Target => Request?.Records[0].Text("target") ?? "";

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt => First.At;

    /// <summary>What there is of it: the request or, where its record is not there, a response.</summary>
    public HttpMessage First => Request ?? Response ?? _interim[0];

    /// <summary>The request; null where its record is not there.</summary>
    public HttpMessage? Request { get; private set; }

    /// <summary>The final response; null while, or where, there is none.</summary>
    public HttpMessage? Response { get; private set; }

    /// <summary>Responses of the 1xx kind before it.</summary>
    public IReadOnlyList<HttpMessage> Interim => _interim;

    /// <summary>
    /// Whether no record is to follow: both are whole, or cut. The request's record may be the later one: a target may answer before it
    /// has read it all.
    /// </summary>
    public bool IsEnded => Request is { IsEnded: true } && Response is { IsEnded: true };

    /// <summary>Whether it opened a WebSocket, whose messages follow on its channel: by 101, or over HTTP/2 by CONNECT (RFC 8441).</summary>
    public bool OpensWebSocket =>
        Response is { Status: 101 } || (Response is { Status: 200, Origin: "target" } && Request?.Records[0].Text("protocol") == "websocket");

    /// <summary>What the agent claims as its run, or null.</summary>
    public ContentReference? Run => Request?.Records[0].Content("run");

    /// <summary>What the agent claims as its run, fetched; null where it claims none.</summary>
    public async ValueTask<string?> ReadRunAsync(CancellationToken cancellationToken) =>
        Run is { } run ? (await Request!.Records[0].Session.ReadAsync(run, cancellationToken)).ToString() : null;

    internal bool TryAdd(SessionRecord record)
    {
        switch (record.Kind)
        {
            case "http.request" when Request is null:
                Request = new HttpMessage(record);
                return true;
            case "http.response" when record.Number("status") is >= 100 and < 200 and not 101 && Response is null:
                _interim.Add(new HttpMessage(record));
                return true;
            case "http.response" when Response is null:
                Response = new HttpMessage(record);
                return true;
            case "http.request.data" when Request is not null:
                Request.Add(record);
                return true;
            case "http.response.data" when Response is not null:
                Response.Add(record);
                return true;
            default:
                return false;
        }
    }
}

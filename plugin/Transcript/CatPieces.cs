using K8sRecorder.Plugin.Output;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Plugin.Transcript;

/// <summary>Takes an exchange apart into what <c>cat</c> prints.</summary>
internal static class CatPieces
{
    public static async Task<List<CatPiece>> OfHttpAsync(Exchange exchange, bool heads, bool bodies, CancellationToken cancellationToken)
    {
        var pieces = new List<CatPiece>();
        foreach (var (message, fromAgent) in Messages(exchange))
        {
            if (heads)
                pieces.Add(OfHead(message, fromAgent, "head", await message.ReadHeadAsync(cancellationToken)));
            if (bodies && message.Body is { } body)
                pieces.Add(OfContent(message.Records[0], fromAgent, "body", body, await message.ReadBodyAsync(cancellationToken), message));
            if (heads && await message.ReadTrailersAsync(cancellationToken) is { } trailers)
                pieces.Add(OfHead(message, fromAgent, "trailers", trailers));
        }
        return pieces;
    }

    /// <summary>
    /// The messages of a WebSocket, each in one though several of one direction may be open at a time, or the one that a record is of.
    /// </summary>
    public static async Task<List<CatPiece>> OfMessagesAsync(SessionReader session, long channel, SessionRecord? named, CancellationToken cancellationToken)
    {
        var pieces = new List<CatPiece>();
        await foreach (var record in session.RecordsAsync(named is { Kind: "ws.message" } ? named.Seq : 0, cancellationToken))
        {
            if (record.Channel != channel || record.Kind is not ("ws.message" or "ws.message.data"))
                continue;
            if (named is not null && record.Number("message") != named.Number("message"))
                continue;
            var body = record.Content("body") ?? ContentReference.Empty;
            pieces.Add(OfContent(record, record.Text("from") == "agent", record.Text("type") ?? "data", body, await session.ReadAsync(body, cancellationToken), null));
            if (named is not null && !record.BodyGoesOn)
                break;
        }
        return [.. pieces.OrderBy(piece => piece.Message ?? 0)];
    }

    /// <summary>The bytes of a channel that is a stream, or of one record of it.</summary>
    public static async Task<List<CatPiece>> OfStreamAsync(SessionReader session, long channel, long? seq, CancellationToken cancellationToken)
    {
        var pieces = new List<CatPiece>();
        await foreach (var record in session.RecordsAsync(seq ?? 0, cancellationToken))
        {
            if (record.Channel != channel || record.Content("body") is not { } body)
                continue;
            var content = await session.ReadAsync(body, cancellationToken);
            pieces.Add(OfContent(record, record.Text("from") == "agent", "data", body, content, null));
            if (seq is not null)
                break;
        }
        return pieces;
    }

    private static IEnumerable<(HttpMessage, bool)> Messages(Exchange exchange)
    {
        if (exchange.Request is { } request)
            yield return (request, true);
        foreach (var interim in exchange.Interim)
            yield return (interim, false);
        if (exchange.Response is { } response)
            yield return (response, false);
    }

    private static CatPiece OfHead(HttpMessage message, bool fromAgent, string what, MessageHead head) => new()
    {
        Seq = message.Records[0].Seq,
        At = message.At,
        FromAgent = fromAgent,
        What = what,
        Bytes = head.Bytes,
        Masked = head.Masked,
        IsComplete = head.IsComplete,
        Facts = message.Origin == "recorder" ? "  written by the recorder" : "",
    };

    private static CatPiece OfContent(SessionRecord record, bool fromAgent, string what, ContentReference body, Content content, HttpMessage? message) => new()
    {
        Seq = record.Seq,
        At = record.At,
        FromAgent = fromAgent,
        What = what,
        Bytes = content.ToArray(),
        Masked = content.Masked,
        Content = content,
        Message = record.Number("message"),
        IsComplete = content.IsComplete,
        Facts = (body.Coding is { } coding ? $"  was {coding}, {Amount.Bytes(body.Wire ?? 0)} on the wire" : "")
            + ((message?.Cut ?? record.Text("cut")) is { } cut ? $"  cut ({cut})" : "")
            + (message is { IsEnded: false } ? "  goes on" : ""),
    };
}

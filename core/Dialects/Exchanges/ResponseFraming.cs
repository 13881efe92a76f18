using System.Buffers;
using System.Text;
using System.Text.Json;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>
/// Takes a response apart into its JSON documents: one document, an array of them, JSON lines, SSE, or an AWS event stream. The bytes
/// say which, because headers may be absent or wrong.
/// </summary>
/// <param name="answer">Takes what is in them.</param>
/// <param name="isMasked">Whether something was masked: then lengths and checksums may be of other bytes.</param>
internal sealed class ResponseFraming(AnswerBuilder answer, bool isMasked)
{
    /// <summary>Taken at a time, so that the events of a hostile stream of tiny ones are not all in memory at once.</summary>
    private const int SliceBytes = 64 * 1024;

    private static readonly string[] SseStarts = ["data", "event", "id", "retry", ":"];

    private readonly MaskedDocument _masked = new();

    /// <summary>Whether the response came as a stream.</summary>
    public bool IsStream { get; private set; }

    /// <summary>Whether bytes were left that make no whole document.</summary>
    public bool HasRest { get; private set; }

    public void Read(ReadOnlyMemory<byte> body)
    {
        var text = body.Span.TrimStart(" \t\r\n\uFEFF"u8);
        if (text.IsEmpty || body.Length > JsonBody.MaxBytes)
        {
            HasRest = !text.IsEmpty;
            return;
        }

        if (text[0] == 0)
            ReadAwsStream(body.Span);
        else if (IsSse(text))
            ReadSse(body.Span);
        else if (text[0] == '{')
            ReadDocumentOrLines(body);
        else
            ReadDocument(body);
    }

    private void ReadDocument(ReadOnlyMemory<byte> body)
    {
        using var document = JsonBody.ParseCut(body, out var wasCut);
        HasRest |= wasCut || document is null;
        if (document is null)
            return;
        IsStream |= document.RootElement.ValueKind == JsonValueKind.Array;
        AnswerReader.Read(document.RootElement, answer);
    }

    private void ReadDocumentOrLines(ReadOnlyMemory<byte> body)
    {
        using (var whole = JsonBody.Parse(body))
        {
            if (whole is not null)
            {
                // A stream of one line is no different from a document.
                AnswerReader.Read(whole.RootElement, answer);
                return;
            }
        }

        var first = body.Span.IndexOf((byte)'\n');
        using (var line = first < 0 ? null : JsonBody.Parse(body[..first]))
        {
            if (line is null)
            {
                ReadDocument(body);
                return;
            }
        }

        IsStream = true;
        while (!body.IsEmpty)
        {
            var end = body.Span.IndexOf((byte)'\n');
            var line = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (!line.Span.Trim(" \t\r"u8).IsEmpty)
                ReadWhole(line);
        }
    }

    private void ReadSse(ReadOnlySpan<byte> body)
    {
        IsStream = true;
        var parser = new EventStreamParser();
        var events = new List<ServerSentEvent>();
        while (!body.IsEmpty)
        {
            var take = Math.Min(body.Length, SliceBytes);
            parser.Push(body[..take], events);
            body = body[take..];
            if (body.IsEmpty)
                parser.Complete(events);
            events.ForEach(ReadEvent);
            events.Clear();
        }

        HasRest |= parser.HasUnfinishedEvent;
    }

    private void ReadEvent(ServerSentEvent item)
    {
        if (item.Data.Span.SequenceEqual("[DONE]"u8))
            answer.SawEnd = true;
        else if (!item.Data.IsEmpty)
            ReadWhole(item.Data);
    }

    private void ReadAwsStream(ReadOnlySpan<byte> body)
    {
        IsStream = true;
        var parser = new AwsEventStreamParser();
        var messages = new List<AwsEventMessage>();
        var read = 0;
        for (var at = 0; at < body.Length && !parser.IsInvalid; at += SliceBytes)
        {
            parser.Push(body.Slice(at, Math.Min(body.Length - at, SliceBytes)), messages);
            read = messages.Count > 0 ? (int)messages[^1].End : read;
            messages.ForEach(ReadMessage);
            messages.Clear();
        }

        var masked = new MaskedEventStream(body[read..]);
        while (masked.TryRead(out var message))
            ReadMessage(message);
        HasRest |= masked.HasRest || (parser.IsInvalid && !isMasked);
    }

    private void ReadMessage(AwsEventMessage message)
    {
        using var document = JsonBody.Parse(message.Payload);
        if (document is null)
        {
            HasRest |= !message.Payload.IsEmpty;
            return;
        }

        if (message.Header(":message-type") is "exception" or "error")
            answer.Error = document.RootElement.Get("message").AsText() ?? message.Header(":exception-type") ?? "error";
        else if (document.RootElement.Get("bytes").AsText() is { } inner)
            ReadInner(inner);
        else
            ReadNamed(message.Header(":event-type") ?? "", message.Payload);
    }

    /// <summary>An event of invoke: the vendor's own event in base64.</summary>
    private void ReadInner(string base64)
    {
        var bytes = MaskedBase64.Decode(base64) ?? default;
        using var document = JsonBody.Parse(bytes) ?? (isMasked ? _masked.Read(bytes.Span) : null);
        if (document is null)
            HasRest = true;
        else
            AnswerReader.Read(document.RootElement, answer);
    }

    /// <summary>An event of converse: brought into the form in which Amazon's models send it under invoke.</summary>
    private void ReadNamed(string type, ReadOnlyMemory<byte> payload)
    {
        var wrapped = new ArrayBufferWriter<byte>(payload.Length + type.Length + 8);
        wrapped.Write("{\""u8);
        wrapped.Write(JsonEncodedText.Encode(type).EncodedUtf8Bytes);
        wrapped.Write("\":"u8);
        wrapped.Write(payload.Span);
        wrapped.Write("}"u8);
        ReadWhole(wrapped.WrittenMemory);
    }

    private void ReadWhole(ReadOnlyMemory<byte> json)
    {
        using var document = JsonBody.Parse(json);
        if (document is null)
            HasRest = true;
        else
            AnswerReader.Read(document.RootElement, answer);
    }

    private static bool IsSse(ReadOnlySpan<byte> text)
    {
        foreach (var start in SseStarts)
        {
            if (text.StartsWith(Encoding.ASCII.GetBytes(start)) && (start == ":" || text[start.Length..].StartsWith(":"u8)))
                return true;
        }

        return false;
    }
}

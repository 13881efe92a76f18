using System.Text;
using System.Text.Json;
using K8sRecorder.Dialects.Exchanges;
using K8sRecorder.Plugin.Output;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Plugin.Transcript;

/// <summary>Writes the entries of a transcript as JSON documents. Field names are kept from version to version.</summary>
internal sealed class TranscriptJson(JsonPrinter output, int chars)
{
    private readonly Conversations _conversations = new();

    public async Task PrintAsync(TranscriptItem item, CancellationToken cancellationToken)
    {
        if (item.Exchange is { } exchange)
        {
            var view = await HttpView.ReadAsync(exchange, withBodies: true, cancellationToken);
            output.Print(json => WriteExchange(json, view));
            return;
        }
        if (DnsLine.IsDns(item.Record))
        {
            var name = await DnsLine.ReadAsync(item.Record, "name", cancellationToken);
            var answers = await DnsLine.ReadAsync(item.Record, "answers", cancellationToken);
            output.Print(json => WriteDns(json, item.Record, name.Text, answers.Text));
            return;
        }
        var content = item.Record.Content("body") is { } body ? await item.Record.Session.ReadAsync(body, cancellationToken) : null;
        var (said, asked) = item.Record.Kind is "channel.opened" or "connection.refused" or "connection.begun"
            ? (await TextAsync(item.Record, "name", cancellationToken), await TextAsync(item.Record, "authority", cancellationToken))
            : (null, null);
        output.Print(json =>
        {
            WriteRecord(json, item.Record, content);
            if (said is not null)
                json.WriteString("name", Excerpt.Of(said, chars).Text);
            if (asked is not null)
                json.WriteString("authority", Excerpt.Of(asked, chars).Text);
        });
    }

    /// <summary>The fields that every view of an exchange has.</summary>
    public static void WriteSummary(Utf8JsonWriter json, HttpView view)
    {
        json.WriteString("session", view.Exchange.SessionId());
        json.WriteNumber("seq", view.Seq);
        json.WriteNumber("channel", view.Exchange.Channel);
        json.WriteString("at", Amount.Exact(view.At));
        json.WriteString("target", view.Exchange.Target);
        json.WriteString("protocol", "http");
        json.WriteString("method", view.Method);
        json.WriteString("path", view.Path);
        if (view.Status is { } status)
            json.WriteNumber("status", status);
        if (view.Exchange.Response?.Origin is { } origin)
            json.WriteString("origin", origin);
        if (view.Duration is { } duration)
            json.WriteNumber("durationMs", (long)duration.TotalMilliseconds);
        if (view.Run is { } run)
            json.WriteString("run", run);
        if (view.Trouble is { } trouble)
            json.WriteString("trouble", trouble);
        json.WriteNumber("requestBytes", view.Exchange.Request?.Body?.Size ?? 0);
        json.WriteNumber("responseBytes", view.Exchange.Response?.Body?.Size ?? 0);
        WriteMasked(json, view.Masked);
    }

    public static void WriteMasked(Utf8JsonWriter json, IEnumerable<(string Detector, int Count)> masked)
    {
        json.WriteStartArray("masked");
        foreach (var (detector, count) in masked)
        {
            json.WriteStartObject();
            json.WriteString("detector", detector);
            json.WriteNumber("count", count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Bytes as <c>text</c> where they are UTF-8, else as <c>base64</c>.</summary>
    public static void WriteBytes(Utf8JsonWriter json, ReadOnlySpan<byte> bytes, int chars)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            var (text, leftOut) = Excerpt.Of(Encoding.UTF8.GetString(bytes), chars);
            json.WriteString("text", text);
            if (leftOut is not null)
                json.WriteBoolean("textIsCut", true);
            return;
        }
        json.WriteBase64String("base64", bytes.Length > chars ? bytes[..chars] : bytes);
        if (bytes.Length > chars)
            json.WriteBoolean("textIsCut", true);
    }

    private static async Task<string?> TextAsync(SessionRecord record, string field, CancellationToken cancellationToken) =>
        record.Content(field) is { } content ? (await record.Session.ReadAsync(content, cancellationToken)).ToString() : null;

    private void WriteExchange(Utf8JsonWriter json, HttpView view)
    {
        json.WriteString("type", view.Model is not null ? "model" : view.Mcp is not null ? "mcp" : "http");
        WriteSummary(json, view);
        if (view.Model is { } model)
        {
            WriteModel(json, view, model);
            return;
        }
        if (view.Mcp is { } mcp)
            McpJson.Write(json, mcp, chars);
        WriteBody(json, "request", view.RequestHead, view.RequestBytes);
        WriteBody(json, "response", view.ResponseHead, view.ResponseBytes);
    }

    private void WriteModel(Utf8JsonWriter json, HttpView view, ModelExchange model)
    {
        var turn = _conversations.Add(view.Seq, model);
        json.WriteString("api", model.Api.ToString());
        json.WriteString("model", model.Model);
        json.WriteBoolean("streamed", model.IsStream);
        json.WriteBoolean("partial", model.IsPartial);
        json.WriteNumber("knownMessages", turn.Known);
        if (turn.Continues is { } continues)
            json.WriteNumber("continues", continues);
        json.WriteStartArray("messages");
        foreach (var message in model.Messages.Skip(turn.Known))
        {
            json.WriteStartObject();
            json.WriteString("role", message.Role);
            WriteParts(json, message.Parts);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("answers");
        foreach (var choice in model.Choices)
        {
            json.WriteStartObject();
            json.WriteNumber("index", choice.Index);
            WriteParts(json, choice.Parts);
            json.WriteString("finishReason", choice.FinishReason);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (model.Usage is { } usage)
        {
            json.WriteStartObject("tokens");
            WriteNumber(json, "input", usage.Input);
            WriteNumber(json, "output", usage.Output);
            WriteNumber(json, "cacheRead", usage.CacheRead);
            WriteNumber(json, "cacheWrite", usage.CacheWrite);
            WriteNumber(json, "reasoning", usage.Reasoning);
            json.WriteEndObject();
        }
        if (model.Error is { } error)
            json.WriteString("error", error);
    }

    private void WriteParts(Utf8JsonWriter json, IReadOnlyList<ModelPart> parts)
    {
        json.WriteStartArray("parts");
        foreach (var part in parts)
        {
            json.WriteStartObject();
            json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(part.Kind.ToString()));
            if (part.Name is { } name)
                json.WriteString("name", name);
            if (part.CallId is { } call)
                json.WriteString("callId", call);
            var (text, leftOut) = Excerpt.Of(part.Text, chars);
            json.WriteString("text", text);
            if (leftOut is not null)
                json.WriteBoolean("textIsCut", true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void WriteBody(Utf8JsonWriter json, string name, MessageHead? head, byte[] bytes)
    {
        json.WriteStartObject(name);
        if (head?.Value("content-type") is { } type)
            json.WriteString("contentType", type);
        WriteBytes(json, bytes, chars);
        json.WriteEndObject();
    }

    private void WriteRecord(Utf8JsonWriter json, SessionRecord record, Content? body)
    {
        json.WriteString("type", record.Kind);
        json.WriteString("session", record.Session.Id);
        json.WriteNumber("seq", record.Seq);
        if (record.Channel is { } channel)
            json.WriteNumber("channel", channel);
        json.WriteString("at", Amount.Exact(record.At));
        foreach (var field in record.Json.EnumerateObject())
        {
            if (field.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False
                && field.Name is not ("type" or "session" or "seq" or "ch" or "channel" or "at" or "kind" or "text" or "base64" or "name" or "authority" or "answers" or "asked"))
                field.WriteTo(json);
        }
        if (record.Kind == "channel.continued")
            json.WriteString("from", $"{record.Text("session")}/ch{record.Number("channel")}");
        if (body is not null)
            WriteBytes(json, body.ToArray(), chars);
    }

    private void WriteDns(Utf8JsonWriter json, SessionRecord record, string name, string answers)
    {
        WriteRecord(json, record, null);
        if (record.Text("type") is { } asked)
            json.WriteString("asked", asked);
        json.WriteString("name", Excerpt.Of(name, chars).Text);
        json.WriteStartArray("answers");
        foreach (var line in Excerpt.Of(answers, chars).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            json.WriteStringValue(line);
        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
    }
}

using System.Text;
using System.Text.Json;
using K8sRecorder.Dialects.Exchanges;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Corpora;
using Xunit.Abstractions;

namespace K8sRecorder.Dialects.Tests.Exchanges;

/// <summary>Reads all recorded exchanges of others and holds the result against a second, naive way of getting it.</summary>
public sealed class CorporaTests(ITestOutputHelper output)
{
    private static readonly string[] ModelApis =
        ["openai.chat", "openai.completions", "openai.responses", "anthropic.messages", "anthropic.complete", "gemini.generateContent",
         "gemini.streamGenerateContent", "gemini.interactions", "bedrock.converse", "bedrock.converse-stream", "bedrock.invoke",
         "bedrock.invoke-stream", "ollama"];

    [CorporaFact]
    public void Every_model_exchange_has_a_model_messages_and_output()
    {
        var wrong = new List<string>();
        var read = 0;
        foreach (var exchange in RecordedExchange.All().Where(e => ModelApis.Contains(e.Api)))
        {
            var sut = Read(exchange);
            read++;
            if (sut.Api == ModelApi.Unknown)
                wrong.Add($"{exchange}: api {exchange.Api} not found in {exchange.Target}");
            var asked = Asked(exchange.RequestBody);
            if (asked is not null && sut.Model != asked)
                wrong.Add($"{exchange}: model {sut.Model}, asked {asked}");
            if (sut.Model is null && exchange.ResponseBody.Length > 0)
                wrong.Add($"{exchange}: no model");
            if (exchange.RequestBody.Length > 0 && sut.Messages.Count == 0 && !exchange.Target.Contains("/prompts/", StringComparison.Ordinal))
                wrong.Add($"{exchange}: no messages");
            if (sut.IsPartial || sut.IsRequestPartial)
                wrong.Add($"{exchange}: partial");
            var isPending = exchange.ResponseBody.AsSpan().IndexOf("\"status\":\"in_progress\",\"created\""u8) >= 0 && !sut.IsStream;
            if (exchange.Status < 300 && exchange.ResponseBody.Length > 0 && !isPending && !sut.Choices.Any(c => c.Parts.Count > 0))
                wrong.Add($"{exchange}: {exchange.Api} without output: {Encoding.UTF8.GetString(exchange.ResponseBody.AsSpan(0, Math.Min(300, exchange.ResponseBody.Length)))}");
            if (exchange.HasToolCall && !sut.Choices.Any(c => c.Parts.Any(p => p.Kind == ModelPartKind.ToolCall && p.Name?.Length > 0)))
                wrong.Add($"{exchange}: {exchange.Api} without its tool call");
            if (exchange.Status >= 400 && string.IsNullOrEmpty(sut.Error))
                wrong.Add($"{exchange}: no error");
            wrong.AddRange(sut.Choices.SelectMany(c => c.Parts).Where(p => p.Kind is ModelPartKind.Other or ModelPartKind.ToolCall && p.Name is null)
                .Select(p => $"{exchange}: part {p}"));
        }

        output.WriteLine($"{read} model exchanges read");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(read > 350);
    }

    [CorporaFact]
    public void Every_streamed_text_is_what_its_events_say()
    {
        var wrong = new List<string>();
        var streams = 0;
        foreach (var exchange in RecordedExchange.All().Where(e => ModelApis.Contains(e.Api)))
        {
            var documents = Documents(exchange.ResponseBody).ToList();
            if (documents.Count < 2)
                continue;
            streams++;
            var sut = Read(exchange);
            var said = new StringBuilder();
            var called = new StringBuilder();
            foreach (var document in documents)
                Naive(document.RootElement, said, called);
            var text = string.Concat(sut.Choices.SelectMany(c => c.Parts).Where(p => p.Kind == ModelPartKind.Text).Select(p => p.Text));
            var arguments = string.Concat(sut.Choices.SelectMany(c => c.Parts).Where(p => p.Kind == ModelPartKind.ToolCall).Select(p => p.Text));
            if (text != said.ToString())
                wrong.Add($"{exchange}: {exchange.Api}\n  '{text}'\n  '{said}'");
            if (arguments != called.ToString())
                wrong.Add($"{exchange}: {exchange.Api}\n  '{arguments}'\n  '{called}'");
            if (!sut.IsStream)
                wrong.Add($"{exchange}: {exchange.Api} is no stream");
        }

        output.WriteLine($"{streams} streams put together");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(streams > 80);
    }

    [CorporaFact]
    public void Every_stream_cut_anywhere_is_read_as_partial()
    {
        foreach (var exchange in RecordedExchange.All().Where(e => ModelApis.Contains(e.Api) && Documents(e.ResponseBody).Take(2).Count() == 2))
        {
            var whole = string.Concat(Read(exchange).Choices.Select(c => c.Text));
            for (var cut = exchange.ResponseBody.Length - 1; cut > 0; cut -= Math.Max(1, exchange.ResponseBody.Length / 23))
            {
                var sut = Read(exchange with { ResponseBody = exchange.ResponseBody[..cut] }, isCut: true);
                Assert.True(sut.IsPartial);
                var text = string.Concat(sut.Choices.Select(c => c.Text));
                Assert.True(whole.StartsWith(text, StringComparison.Ordinal) || text.Length == 0, $"{exchange} at {cut}");
            }
        }
    }

    [CorporaFact]
    public void Every_mangled_exchange_is_read_without_a_fault()
    {
        var random = new Random(4711);
        foreach (var exchange in RecordedExchange.All())
        {
            for (var round = 0; round < 4; round++)
                _ = Read(exchange with { RequestBody = Mangle(exchange.RequestBody, random), ResponseBody = Mangle(exchange.ResponseBody, random) }).IndexText(80);
        }
    }

    private static byte[] Mangle(byte[] bytes, Random random)
    {
        var copy = (byte[])bytes.Clone();
        var alphabet = "\"{}[],:\\u0\0\xFF"u8;
        for (var i = 0; i < 1 + (copy.Length / 2000) && copy.Length > 0; i++)
            copy[random.Next(copy.Length)] = alphabet[random.Next(alphabet.Length)];
        return random.Next(2) == 0 ? copy : copy[..random.Next(copy.Length + 1)];
    }

    private static ModelExchange Read(RecordedExchange exchange, bool isCut = false) => ModelExchange.Read(new()
    {
        Method = exchange.Method,
        Target = exchange.Target,
        RequestBody = exchange.RequestBody,
        Status = exchange.Status,
        ResponseBody = exchange.ResponseBody,
        ResponseIsCut = isCut,
    });

    private static string? Asked(byte[] body)
    {
        if (body.Length == 0)
            return null;
        using var document = JsonDocument.Parse(body);
        return document.RootElement.TryGetProperty("model", out var model) ? model.GetString() : null;
    }

    /// <summary>The documents of a stream, found with string operations only.</summary>
    private static IEnumerable<JsonDocument> Documents(byte[] body)
    {
        var text = Encoding.UTF8.GetString(body);
        if (body.Length > 16 && body[0] == 0)
        {
            // AWS: lengths only, checksums unread.
            for (var at = 0; at + 16 <= body.Length;)
            {
                var total = (body[at] << 24) | (body[at + 1] << 16) | (body[at + 2] << 8) | body[at + 3];
                var headers = (body[at + 4] << 24) | (body[at + 5] << 16) | (body[at + 6] << 8) | body[at + 7];
                var document = JsonDocument.Parse(body.AsMemory(at + 12 + headers, total - headers - 16));
                yield return document.RootElement.TryGetProperty("bytes", out var inner) ? JsonDocument.Parse(inner.GetBytesFromBase64()) : document;
                at += total;
            }
        }
        else if (text.StartsWith('['))
        {
            foreach (var element in JsonDocument.Parse(text).RootElement.EnumerateArray())
                yield return JsonDocument.Parse(element.GetRawText());
        }
        else
        {
            foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
            {
                var json = line.StartsWith("data:", StringComparison.Ordinal) ? line[5..].Trim() : line;
                if (json.StartsWith('{') && json.EndsWith('}'))
                    yield return JsonDocument.Parse(json);
            }
        }
    }

    /// <summary>What one event adds to text and to the arguments of calls, looked for in every place an API puts it.</summary>
    private static void Naive(JsonElement e, StringBuilder said, StringBuilder called)
    {
        said.Append(Find(e, "completion") ?? Find(e, "choices.0.delta.content") ?? Find(e, "contentBlockDelta.delta.text"));
        said.Append(Find(e, "message.content"));
        called.Append(Find(e, "choices.0.delta.tool_calls.0.function.arguments") ?? Find(e, "contentBlockDelta.delta.toolUse.input"));
        var type = Find(e, "type") ?? Find(e, "event_type");
        if (type is "response.output_text.delta")
            said.Append(Find(e, "delta"));
        else if (type is "response.function_call_arguments.delta")
            called.Append(Find(e, "delta"));
        else if (Find(e, "delta.type") is "text_delta" or "text")
            said.Append(Find(e, "delta.text"));
        else
            said.Append(Find(e, "choices.0.text") ?? (e.TryGetProperty("contentBlockIndex", out _) ? Find(e, "delta.text") : null));
        called.Append(Find(e, "delta.partial_json") ?? Find(e, "delta.toolUse.input"));
        if (!e.TryGetProperty("candidates", out var candidates))
            return;
        foreach (var candidate in candidates.EnumerateArray().Where(c => c.TryGetProperty("content", out var content) && content.TryGetProperty("parts", out _)))
        {
            foreach (var part in candidate.GetProperty("content").GetProperty("parts").EnumerateArray())
            {
                if (!part.TryGetProperty("thought", out _))
                    said.Append(Find(part, "text"));
                if (part.TryGetProperty("functionCall", out var call) && call.TryGetProperty("args", out var arguments))
                    called.Append(arguments.GetRawText());
                called.Append(Find(part, "executableCode.code"));
            }
        }
    }

    private static string? Find(JsonElement element, string path)
    {
        foreach (var step in path.Split('.'))
        {
            if (step == "0" && element.ValueKind == JsonValueKind.Array && element.GetArrayLength() > 0)
                element = element[0];
            else if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(step, out element))
                return null;
        }

        return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
    }
}

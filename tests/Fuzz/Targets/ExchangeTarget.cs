using System.Text;
using K8sRecorder.Dialects.Exchanges;
using K8sRecorder.Fuzz.Engine;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>
/// Transcripts of model calls. An input is the request's target, the request's body and the response's body, with NUL, LF between them (no
/// text form has that); first byte: which cuts are claimed, and whether the response was masked.
/// </summary>
internal sealed class ExchangeTarget : FuzzTarget
{
    private static readonly byte[] Between = [0, (byte)'\n'];

    public override string Name => "exchange";

    public override string Subject => "ModelExchange: model calls and answers of every API, JSON that was cut";

    public override double Share => 0.5;

    public override IEnumerable<string> Dictionary =>
    [
        "/v1/chat/completions", "/v1/messages", "/v1/responses", "/model/m/converse-stream", "/model/m/invoke", ":generateContent", "/api/chat",
        "{\"choices\":[{\"delta\":{", "\"tool_calls\":[{\"index\":0,", "\"content\":", "\"role\":", "data: {", "}\n\n", "\"usage\":{", "\\ud83d", "\uD83D\uDE00", "[[", "{\"a\":",
    ];

    public override IEnumerable<byte[]> Seeds() =>
    [
        .. Material.Exchanges.Where(e => e.ResponseBody.Length > 0).Select(e => Join(e.Target, e.RequestBody, e.ResponseBody)),
        .. Material.Exchanges.Where(e => e.ResponseBody is [0, ..]).Select(e => Masked(Join(e.Target, e.RequestBody, e.ResponseBody))),
        Join(
            "/v1/chat/completions",
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"tool\",\"tool_call_id\":\"1\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}]}]}"u8,
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n"u8),
        Join("/v1/messages", "{\"messages\":[]}"u8, "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}],\"stop_reason\":\"end_turn\"}"u8),
    ];

    // Documents, element trees and strings of both bodies: what the API's classes need for hostile JSON of many small values.
    public override long AllocationLimit(int length) => (8 << 20) + (1024L * length);

    public override void Run(byte[] input, Measure measure)
    {
        if (input.Length == 0)
            return;
        ReadOnlyMemory<byte> rest = input.AsMemory(1);
        var target = Encoding.UTF8.GetString(Next(ref rest).Span);
        var call = new ModelCallBytes
        {
            Target = target,
            RequestBody = Next(ref rest),
            ResponseBody = rest,
            Status = (input[0] & 4) == 0 ? 200 : 400,
            RequestIsCut = (input[0] & 1) != 0,
            ResponseIsCut = (input[0] & 2) != 0,
            ResponseIsMasked = (input[0] & 8) != 0,
        };
        measure.Begin();
        var exchange = ModelExchange.Read(call);
        measure.End();
        foreach (var width in (ReadOnlySpan<int>)[1, 2, 7, 80])
        {
            var line = exchange.IndexText(width);
            if (line.Length > width || line.AsSpan().ContainsAnyInRange('\0', '\x1f'))
                throw new OracleException("index text is one line and fits", $"{width}: {line.Length} chars");
        }

        if (exchange.Api == ModelApi.Unknown && (exchange.Messages.Count > 0 || exchange.Choices.Count > 0))
            throw new OracleException("nothing is read of what is unknown", exchange.Messages.Count + " messages");
        if (call.ResponseIsCut && !exchange.IsPartial || call.RequestIsCut && !exchange.IsRequestPartial)
            throw new OracleException("what is cut is partial", $"{exchange.IsPartial} {exchange.IsRequestPartial}");
        foreach (var part in exchange.Messages.SelectMany(m => m.Parts))
        {
            if (part.Text is null)
                throw new OracleException("parts have a text", part.Kind.ToString());
        }
    }

    private static ReadOnlyMemory<byte> Next(ref ReadOnlyMemory<byte> rest)
    {
        var end = rest.Span.IndexOf(Between);
        var taken = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 2)..];
        return taken;
    }

    /// <summary>As a recording has it: the first word that a model said, wherever it stands, is a marker, and some of the messages miss four bytes.</summary>
    private static byte[] Masked(byte[] input)
    {
        var text = Encoding.Latin1.GetString(input);
        foreach (var (before, more) in (ReadOnlySpan<(string, int)>)[("\"text\":\"", 1), ("\"bytes\":\"", 64)])
        {
            for (var at = text.IndexOf(before, StringComparison.Ordinal); at >= 0; at = text.IndexOf(before, at + 1, StringComparison.Ordinal))
            {
                var from = Math.Min(text.Length, at + before.Length + more);
                text = string.Concat(text.AsSpan(0, from), at % 3 == 0 ? "" : "[MASKED:word]", text.AsSpan(Math.Min(text.Length, from + 4)));
            }
        }

        return [8, .. Encoding.Latin1.GetBytes(text)[1..]];
    }

    private static byte[] Join(string target, ReadOnlySpan<byte> request, ReadOnlySpan<byte> response) =>
        [0, .. Encoding.UTF8.GetBytes(target), .. Between, .. request, .. Between, .. response];
}

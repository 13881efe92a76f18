using K8sRecorder.Dialects.Exchanges;
using K8sRecorder.Dialects.Mcp;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Plugin.Transcript;

/// <summary>An exchange with everything fetched that a transcript shows of it.</summary>
internal sealed class HttpView
{
    /// <summary>A body larger than this is not read for a transcript; <c>cat</c> gives it.</summary>
    private const long MostBody = 64 << 20;

    public required Exchange Exchange { get; init; }

    public required long Seq { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    public MessageHead? RequestHead { get; init; }

    public MessageHead? ResponseHead { get; init; }

    public Content? RequestBody { get; init; }

    public Content? ResponseBody { get; init; }

    public required byte[] RequestBytes { get; init; }

    public required byte[] ResponseBytes { get; init; }

    /// <summary>The exchange as a model call; null where it is none.</summary>
    public ModelExchange? Model { get; init; }

    /// <summary>The exchange as MCP; null where it is none.</summary>
    public McpExchange? Mcp { get; init; }

    public string? Run { get; init; }

    public DateTimeOffset At => Exchange.StartedAt;

    public int? Status => Exchange.Response?.Status;

    public TimeSpan? Duration => Exchange.Response is { IsEnded: true } response ? response.EndedAt - At : null;

    /// <summary>What was masked, in heads and bodies: detectors and how often.</summary>
    public IReadOnlyList<(string Detector, int Count)> Masked => field ??= CountMasked();

    /// <summary>Why not all of it is here, in words; null where it is.</summary>
    public string? Trouble
    {
        get
        {
            if (Exchange.Request?.Cut is { } requestCut)
                return $"request cut ({requestCut})";
            if (Exchange.Response?.Cut is { } responseCut)
                return $"response cut ({responseCut})";
            if (Exchange.Response?.Error is { } error)
                return error;
            if (!(RequestHead?.IsComplete ?? true) || !(ResponseHead?.IsComplete ?? true) || !(RequestBody?.IsComplete ?? true) || !(ResponseBody?.IsComplete ?? true))
                return "parts are missing";
            return Exchange.Request is null ? "request not recorded here" : null;
        }
    }

    public static async Task<HttpView> ReadAsync(Exchange exchange, bool withBodies, CancellationToken cancellationToken)
    {
        var requestHead = exchange.Request is { } request ? await request.ReadHeadAsync(cancellationToken) : null;
        var responseHead = exchange.Response is { } response ? await response.ReadHeadAsync(cancellationToken) : null;
        var requestBody = withBodies ? await ReadBodyAsync(exchange.Request, cancellationToken) : null;
        var responseBody = withBodies ? await ReadBodyAsync(exchange.Response, cancellationToken) : null;
        var requestBytes = requestBody?.ToArray() ?? [];
        var responseBytes = responseBody?.ToArray() ?? [];
        var method = exchange.Request?.Method ?? "?";
        if (method == "OTHER" && requestHead?.StartLine.Split(' ') is [{ Length: > 0 } real, ..])
            method = real;
        var path = requestHead?.RequestTarget ?? "?";
        var model = !withBodies || exchange.Request is null ? null : ModelExchange.Read(new ModelCallBytes
        {
            Method = method,
            Target = path,
            RequestBody = requestBytes,
            RequestIsCut = exchange.Request.Cut is not null || !exchange.Request.IsEnded,
            Status = exchange.Response?.Status ?? 0,
            ResponseBody = responseBytes,
            ResponseIsMasked = responseBody?.Masked.Count > 0,
            ResponseIsCut = exchange.Response is not { Cut: null, IsEnded: true },
        });
        var mcp = !withBodies || exchange.Request is null ? null : McpExchange.Read(new McpExchangeBytes
        {
            Method = method,
            RequestField = name => requestHead?.Value(name),
            RequestBody = requestBytes,
            ResponseBody = responseBytes,
        });
        return new HttpView
        {
            Exchange = exchange,
            Seq = exchange.First.Records[0].Seq,
            Method = method,
            Path = path,
            RequestHead = requestHead,
            ResponseHead = responseHead,
            RequestBody = requestBody,
            ResponseBody = responseBody,
            RequestBytes = requestBytes,
            ResponseBytes = responseBytes,
            Model = model is { Api: not ModelApi.Unknown } ? model : null,
            Mcp = mcp,
            Run = await exchange.ReadRunAsync(cancellationToken),
        };
    }

    private static async Task<Content?> ReadBodyAsync(HttpMessage? message, CancellationToken cancellationToken) =>
        message?.Body is { Size: null or <= MostBody } ? await message.ReadBodyAsync(cancellationToken) : null;

    private List<(string, int)> CountMasked() =>
    [
        .. new[] { RequestHead?.Masked, ResponseHead?.Masked, RequestBody?.Masked, ResponseBody?.Masked }
            .SelectMany(spans => spans ?? [])
            .GroupBy(span => span.Detector, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (group.Key, group.Count())),
    ];
}

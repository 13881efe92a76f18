using System.IO.Compression;

namespace K8sRecorder.Soak.SidecarKill.Oracle;

/// <summary>What an exchange is to be: both ends follow it.</summary>
internal sealed record Plan(string Id, ExchangeKind Kind, TextForm RequestForm, int RequestSize, TextForm ResponseForm, int ResponseSize, int PieceBytes, int PauseMilliseconds)
{
    public bool HasRequestBody => RequestSize > 0;

    public bool IsTcp => Kind == ExchangeKind.Tcp;

    public static Plan Http(string id, Random random)
    {
        var kind = random.Next(100) switch
        {
            < 34 => ExchangeKind.Get,
            < 60 => ExchangeKind.Post,
            < 70 => ExchangeKind.Chunked,
            < 80 => ExchangeKind.Events,
            < 83 => ExchangeKind.EventsLeft,
            < 88 => ExchangeKind.Upload,
            < 93 => ExchangeKind.UploadChunked,
            < 95 => ExchangeKind.Large,
            < 98 => ExchangeKind.Coded,
            _ => ExchangeKind.UntilClose,
        };
        var (requestSize, responseSize) = kind switch
        {
            ExchangeKind.Get => (0, random.Next(1, 4 << 10)),
            ExchangeKind.Post => (random.Next(64, 16 << 10), random.Next(64, 4 << 10)),
            ExchangeKind.Large => (0, random.Next(1 << 20, 4 << 20)),
            ExchangeKind.Events or ExchangeKind.EventsLeft => (random.Next(64, 4 << 10), random.Next(2 << 10, 40 << 10)),
            ExchangeKind.Upload or ExchangeKind.UploadChunked => (random.Next(4) == 0 ? random.Next(1 << 20, 3 << 20) : random.Next(16 << 10, 200 << 10), random.Next(1, 200)),
            _ => (0, random.Next(200, 100 << 10)),
        };
        var json = kind == ExchangeKind.Post;
        return new Plan(
            id, kind, json || kind is ExchangeKind.Events or ExchangeKind.EventsLeft ? TextForm.Json : TextForm.Plain, requestSize,
            kind is ExchangeKind.Events or ExchangeKind.EventsLeft ? TextForm.Events : json ? TextForm.Json : TextForm.Plain, responseSize,
            Math.Max(random.Next(64, 8 << 10), Math.Max(requestSize, responseSize) / 40), random.Next(3) == 0 ? 0 : random.Next(1, 6));
    }

    public static Plan Tcp(string id, Random random) => new(
        id, ExchangeKind.Tcp, TextForm.Plain, random.Next(100, 60 << 10), TextForm.Plain, random.Next(100, 60 << 10), random.Next(32, 4 << 10), random.Next(0, 5));

    /// <summary>The request's body; for a raw connection what the agent says.</summary>
    public SoakText Request(Canaries canaries) => SoakText.Make($"{Id} request", RequestForm, RequestSize, canaries);

    /// <summary>The response's body; for a raw connection what the target says.</summary>
    public SoakText Response(Canaries canaries) => SoakText.Make($"{Id} response", ResponseForm, ResponseSize, canaries);

    /// <summary>The response's body as it is on the wire.</summary>
    public ReadOnlyMemory<byte> OnWire(SoakText response)
    {
        if (Kind != ExchangeKind.Coded)
            return response.Clear;
        using var coded = new MemoryStream();
        using (var gzip = new GZipStream(coded, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(response.Clear.Span);
        return coded.ToArray();
    }

    public static string MediaType(TextForm form) => form switch
    {
        TextForm.Json => "application/json",
        TextForm.Events => "text/event-stream",
        _ => "text/plain",
    };
}

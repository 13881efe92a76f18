using System.Globalization;
using System.Text;

namespace K8sRecorder.Soak.Memory;

/// <summary>One large transfer: which way, in which form, and how fast its receiver reads.</summary>
internal sealed record BodyCase(bool IsUpload, bool IsSlow, LargeBody Body)
{
    public string Name =>
        $"{(IsUpload ? "upload" : "response")} {(Body.IsGzip ? "gzip" : "plain")} {(Body.IsChunked ? "chunked" : "length")} {(IsSlow ? "slow" : "fast")}";

    /// <summary>Runs it through the sidecar; gives the bytes that arrived at the other end.</summary>
    public async Task<long> RunAsync(MeasuredSidecar sidecar, CancellationToken ct)
    {
        using var wire = await HttpWire.ConnectAsync(sidecar.Http, ct);
        if (!IsUpload)
        {
            await wire.SendAsync(Encoding.ASCII.GetBytes($"GET /stream{Body.Query} HTTP/1.1\r\nHost: files\r\n\r\n"), ct);
            await OkAsync(wire, ct);
            return await wire.ReadBodyAsync(Origin.Pace(IsSlow), ct);
        }

        await Body.SendAsync(wire, $"PUT {(IsSlow ? "/slow-upload" : "/upload")} HTTP/1.1\r\nHost: files\r\n", ct);
        await OkAsync(wire, ct);
        var received = 0L;
        await wire.ReadBodyAsync(
            piece =>
            {
                var text = Encoding.ASCII.GetString(piece.Span);
                var at = text.IndexOf("received\":", StringComparison.Ordinal) + 10;
                received = long.Parse(text.AsSpan(at, text.IndexOf(',', at) - at), CultureInfo.InvariantCulture);
                return ValueTask.CompletedTask;
            },
            ct);
        return received;
    }

    private static async Task OkAsync(HttpWire wire, CancellationToken ct)
    {
        if (!await wire.ReadHeadAsync(ct) || wire.Head.Span[9] != (byte)'2')
            throw new InvalidDataException("the transfer was not answered with 200");
    }
}

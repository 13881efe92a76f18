namespace K8sRecorder.Soak.SidecarKill.Load;

/// <summary>Sends bytes piece by piece.</summary>
internal static class Pieces
{
    /// <summary>Sends a body in pieces with pauses, with or without the frames of chunks. Whether the connection took all of it.</summary>
    public static async Task<bool> SendAsync(Line line, ReadOnlyMemory<byte> body, int pieceBytes, int pauseMilliseconds, bool chunked, ReadOnlyMemory<byte> first = default)
    {
        // the head goes with the first piece, as most programs send it
        for (var at = 0; at < body.Length || first.Length > 0; at += pieceBytes)
        {
            var piece = body.Slice(at, Math.Min(pieceBytes, body.Length - at));
            byte[] sent = chunked && piece.Length > 0
                ? [.. first.Span, .. Framing.ChunkHead(piece.Length), .. piece.Span, 13, 10]
                : [.. first.Span, .. piece.Span];
            first = default;
            if (!await line.SendAsync(sent))
                return false;
            if (pauseMilliseconds > 0)
                await Task.Delay(pauseMilliseconds);
        }
        return !chunked || await line.SendAsync("0\r\n\r\n"u8.ToArray());
    }
}

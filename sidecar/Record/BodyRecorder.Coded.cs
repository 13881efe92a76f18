using System.Buffers;

namespace K8sRecorder.Sidecar.Record;

/// <content>Bodies that are compressed: what they hold is recorded, as far as it can be known.</content>
internal sealed partial class BodyRecorder
{
    private async ValueTask AppendCodedAsync(ReadOnlyMemory<byte> wire, bool isLast)
    {
        if (_isSlow)
            await Task.Yield();
        _decoder!.Push(wire);
        var wireLeft = await DecodeAsync(wire, wire.Length);
        if (_stream is null && _digest is null && isLast)
            return;
        await HandOnAsync(wireLeft);
    }

    /// <summary>Records the text of what was pushed; how many bytes of the wire no record accounts for yet.</summary>
    private async ValueTask<int> DecodeAsync(ReadOnlyMemory<byte> wire, int wireLeft)
    {
        var sinceYield = 0;
        var clear = ArrayPool<byte>.Shared.Rent(16 << 10);
        try
        {
            while (true)
            {
                var room = (int)Math.Min(clear.Length, _limit - _clear + 1);
                if (!_decoder!.TryRead(clear.AsSpan(0, room), out var length) || _clear + length > _limit)
                {
                    var isLimit = _clear + length > _limit;
                    if (isLimit)
                        Mask(clear.AsSpan(0, (int)(_limit - _clear)));
                    CompleteMasker();
                    KeepDigestOnly(isLimit ? CutReason.Limit : CutReason.Undecodable);
                    _digestFrom = _wire - wire.Length;
                    _digest!.Append(wire.Span);
                    break;
                }
                if (length == 0)
                    break;
                Mask(clear.AsSpan(0, length));
                if (_masked.WrittenCount >= HandOnBytes)
                {
                    await HandOnAsync(wireLeft);
                    wireLeft = 0;
                }
                sinceYield += length;
                if (sinceYield >= TurnBytes)
                {
                    sinceYield = 0;
                    await Task.Yield(); // 32 KiB can decode to 16 MiB, and others want to be served meanwhile
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(clear, clearArray: true);
        }
        return wireLeft;
    }

    private async ValueTask EndCodedAsync()
    {
        // these are on the wire already
        if (_decoder!.End() is { Length: > 0 } held)
            await DecodeAsync(held, 0);
    }

    private void CloseDecoder()
    {
        if (_opening.Decoder is null)
            _decoder?.Dispose();
        _decoder = null;
    }
}

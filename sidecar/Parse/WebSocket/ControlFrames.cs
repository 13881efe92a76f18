using K8sRecorder.Sidecar.Record;

namespace K8sRecorder.Sidecar.Parse.WebSocket;

/// <summary>
/// The control frames of one direction, which may stand between the fragments of a message (RFC 6455 5.5). Those of one read that say the same
/// are one record with their number: a flood of pings does not become one of records.
/// </summary>
internal sealed class ControlFrames(WebSocketMessageRecorder recorder) : IDisposable
{
    private const int MostBytes = 125;

    private readonly byte[] _held = new byte[MostBytes];
    private int _heldOpcode;
    private int _heldLength;
    private int _count;
    private int _code;
    private int _codeBytes;

    public bool HasClosed { get; private set; }

    public ValueTask MoveAsync() => recorder.MoveAsync();

    /// <summary>Bytes of a frame's payload.</summary>
    public ValueTask TakeAsync(int opcode, ReadOnlyMemory<byte> data, bool begins, bool ends)
    {
        HasClosed |= opcode == FrameHeader.Close;
        if (begins && ends)
            return HoldAsync(opcode, data);
        return begins ? BeginAsync(opcode, data) : RecordAsync(opcode, data, begins: false, ends, 1);
    }

    /// <summary>Records what is held.</summary>
    public ValueTask FlushAsync()
    {
        if (_count == 0)
            return ValueTask.CompletedTask;
        var count = _count;
        _count = 0;
        return RecordAsync(_heldOpcode, _held.AsMemory(0, _heldLength), begins: true, ends: true, count);
    }

    public async ValueTask EndAsync(string cut)
    {
        await FlushAsync();
        await recorder.CompleteAsync(cut, null);
    }

    public void Dispose()
    {
        recorder.Dispose();
        _held.AsSpan().Clear();
    }

    private async ValueTask HoldAsync(int opcode, ReadOnlyMemory<byte> data)
    {
        if (_count > 0 && (opcode != _heldOpcode || !data.Span.SequenceEqual(_held.AsSpan(0, _heldLength))))
            await FlushAsync();
        data.CopyTo(_held);
        (_heldOpcode, _heldLength) = (opcode, data.Length);
        _count++;
    }

    private async ValueTask BeginAsync(int opcode, ReadOnlyMemory<byte> data)
    {
        await FlushAsync();
        await RecordAsync(opcode, data, begins: true, ends: false, 1);
    }

    private async ValueTask RecordAsync(int opcode, ReadOnlyMemory<byte> data, bool begins, bool ends, int count)
    {
        if (begins)
            (_code, _codeBytes) = (0, 0);
        for (; opcode == FrameHeader.Close && _codeBytes < 2 && data.Length > 0; _codeBytes++)
        {
            _code = (_code << 8) | data.Span[0];
            data = data[1..];
        }
        if (data.Length == 0 && !ends)
            return;
        if (!recorder.IsOpen)
        {
            await recorder.OpenAsync(new WebSocketMessage(opcode switch { FrameHeader.Close => "close", FrameHeader.Ping => "ping", _ => "pong" })
            {
                Code = _codeBytes == 2 ? _code : null,
                Count = count,
                Length = ends ? data.Length : MostBytes,
            });
        }
        await recorder.AppendAsync(data, ends);
        if (ends)
            await recorder.CompleteAsync(null, _codeBytes == 1 || (_codeBytes == 2 && !MayBeSent(_code)) ? "not a close code" : null);
    }

    /// <summary>RFC 6455 7.4, with what was registered since.</summary>
    private static bool MayBeSent(int code) => code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);
}

using System.Buffers;

namespace K8sRecorder.Dialects;

/// <summary>Incremental parser of <c>application/vnd.amazon.eventstream</c>.</summary>
/// <remarks>
/// A message is: total length (u32), length of the headers (u32), CRC-32 of these eight bytes, headers, payload, CRC-32 of all
/// before it. Total: the first thing that is wrong sets <see cref="IsInvalid"/> and the rest is passed over. The same messages for
/// any split of the bytes. Memory grows with the bytes that arrived, not with the length that they claim. Not thread-safe.
/// </remarks>
public sealed class AwsEventStreamParser
{
    /// <summary>The largest message: the format allows 16 MiB of payload and 128 KiB of headers.</summary>
    public const int MaxMessageBytes = (16 * 1024 * 1024) + (128 * 1024) + AwsEventFrame.Overhead;

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private long _position;
    private int _headerBytes;

    /// <summary>Bytes seen so far.</summary>
    public long Position => _position;

    /// <summary>Whether something was found that is no message.</summary>
    public bool IsInvalid { get; private set; }

    /// <summary>Whether bytes of a message were seen that is not there in full.</summary>
    public bool HasUnfinishedMessage => _buffer.WrittenCount > 0;

    /// <summary>Takes the next bytes and adds the messages that they end.</summary>
    public void Push(ReadOnlySpan<byte> bytes, List<AwsEventMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        _position += bytes.Length;
        while (!bytes.IsEmpty && !IsInvalid)
        {
            Fill(ref bytes, AwsEventFrame.PreludeBytes);
            if (_buffer.WrittenCount < AwsEventFrame.PreludeBytes || !CheckPrelude(out var total))
                return;
            Fill(ref bytes, total);
            if (_buffer.WrittenCount < total)
                return;
            TakeMessage(_buffer.WrittenSpan, _position - bytes.Length, messages);
            _buffer.ResetWrittenCount();
        }
    }

    private void Fill(ref ReadOnlySpan<byte> bytes, int wanted)
    {
        var take = Math.Clamp(wanted - _buffer.WrittenCount, 0, bytes.Length);
        _buffer.Write(bytes[..take]);
        bytes = bytes[take..];
    }

    private bool CheckPrelude(out int total)
    {
        IsInvalid = !AwsEventFrame.TryReadPrelude(_buffer.WrittenSpan, out total, out _headerBytes);
        return !IsInvalid;
    }

    private void TakeMessage(ReadOnlySpan<byte> message, long end, List<AwsEventMessage> messages)
    {
        if (AwsEventFrame.IsIntact(message) && AwsEventFrame.Read(message, _headerBytes, end) is { } read)
            messages.Add(read);
        else
            IsInvalid = true;
    }
}

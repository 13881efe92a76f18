using System.Diagnostics.CodeAnalysis;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>
/// Reads an AWS event stream as it was recorded, from the first message that has no right checksum: a mask is longer or shorter than what it stands
/// for, and neither lengths nor checksums know of it. Such a message ends where the next one begins, which the checksum of its first bytes shows.
/// </summary>
/// <remarks>Total, and takes time in proportion to the bytes, whatever lengths they claim.</remarks>
internal ref struct MaskedEventStream(ReadOnlySpan<byte> stream)
{
    private readonly ReadOnlySpan<byte> _stream = stream;
    private long _budget = 2L * stream.Length;
    private int _at;

    /// <summary>Whether something was passed over that is no message.</summary>
    public bool HasRest { get; private set; }

    /// <summary>The next message; false at the end.</summary>
    public bool TryRead([NotNullWhen(true)] out AwsEventMessage? message)
    {
        message = null;
        while (message is null && _stream.Length - _at >= AwsEventFrame.PreludeBytes
            && AwsEventFrame.TryReadPrelude(_stream.Slice(_at, AwsEventFrame.PreludeBytes), out var total, out var headerBytes))
        {
            var isIntact = IsIntact(total);
            var end = isIntact ? _at + total : Next(_at + AwsEventFrame.PreludeBytes + headerBytes);
            message = AwsEventFrame.Read(_stream[_at..end], headerBytes, end);
            HasRest |= message is null || (!isIntact && message.Payload.IsEmpty);
            _at = end;
        }

        HasRest |= message is null && _at < _stream.Length;
        return message is not null;
    }

    private bool IsIntact(int total)
    {
        if (total > _stream.Length - _at || total > _budget)
            return false;
        _budget -= total;
        return AwsEventFrame.IsIntact(_stream.Slice(_at, total));
    }

    private readonly int Next(int from)
    {
        for (var at = from; at <= _stream.Length - AwsEventFrame.PreludeBytes; at++)
        {
            // a length of four bytes begins with a zero but for the largest
            if (_stream[at] <= 1 && AwsEventFrame.TryReadPrelude(_stream.Slice(at, AwsEventFrame.PreludeBytes), out _, out _))
                return at;
        }

        return _stream.Length;
    }
}

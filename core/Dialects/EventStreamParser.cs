using System.Buffers;
using System.Text;

namespace K8sRecorder.Dialects;

/// <summary>Incremental parser of <c>text/event-stream</c> (WHATWG HTML 9.2.6).</summary>
/// <remarks>
/// Total: every byte sequence is a stream. The same events for any split of the bytes. An event that ends in a lone carriage return
/// is given out with the next byte (or by <see cref="Complete"/>), so that a line feed behind it is inside its range. Bounded: an
/// event keeps at most the limit's bytes of data, the rest is passed over. Not thread-safe.
/// </remarks>
public sealed class EventStreamParser
{
    /// <summary>Bytes of data that an event keeps unless told otherwise.</summary>
    public const int DefaultMaxEventBytes = 16 * 1024 * 1024;

    private const int MaxIdBytes = 1024;
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    private readonly int _maxEventBytes;
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly ArrayBufferWriter<byte> _data = new();
    private string _type = "";
    private string _id = "";
    private long _position;
    private long _start;
    private int _bomBytes;
    private bool _afterReturn;
    private bool _dispatchDue;
    private bool _hasData;
    private bool _truncated;

    /// <summary>Makes a parser whose events keep at most <paramref name="maxEventBytes"/> bytes of data.</summary>
    public EventStreamParser(int maxEventBytes = DefaultMaxEventBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEventBytes, 1);
        _maxEventBytes = maxEventBytes;
    }

    /// <summary>Bytes seen so far.</summary>
    public long Position => _position;

    /// <summary>Whether fields of an event were seen that no empty line has ended: the stream was cut.</summary>
    public bool HasUnfinishedEvent => _line.WrittenCount > 0 || _hasData || _type.Length > 0;

    /// <summary>Takes the next bytes and adds the events that they end.</summary>
    public void Push(ReadOnlySpan<byte> bytes, List<ServerSentEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        while (!bytes.IsEmpty)
        {
            if (_afterReturn)
            {
                _afterReturn = false;
                if (bytes[0] == '\n')
                    Advance(ref bytes, 1);
                DispatchIfDue(events);
                continue;
            }

            var end = bytes.IndexOfAny(LineEnds);
            var part = end < 0 ? bytes : bytes[..end];
            if (end < 0)
            {
                Keep(part);
                Advance(ref bytes, part.Length);
                return;
            }

            if (_line.WrittenCount == 0 && _bomBytes == 3)
            {
                TakeLine(Bound(part, 0));
            }
            else
            {
                Keep(part);
                TakeLine(_line.WrittenSpan);
                _line.ResetWrittenCount();
                // A first line shorter than a byte order mark settles that there is none.
                _bomBytes = 3;
            }

            _afterReturn = bytes[end] == '\r';
            Advance(ref bytes, end + 1);
            if (!_afterReturn)
                DispatchIfDue(events);
        }
    }

    /// <summary>Says that the stream is over. An event without its empty line is dropped, as the standard has it.</summary>
    public void Complete(List<ServerSentEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        _afterReturn = false;
        DispatchIfDue(events);
    }

    private void Advance(ref ReadOnlySpan<byte> bytes, int count)
    {
        bytes = bytes[count..];
        _position += count;
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        var mark = "\uFEFF"u8;
        while (_bomBytes < 3 && !part.IsEmpty)
        {
            if (part[0] != mark[_bomBytes])
            {
                Append(mark[.._bomBytes]);
                _bomBytes = 3;
                break;
            }

            part = part[1..];
            _bomBytes++;
        }

        Append(part);
    }

    private void Append(ReadOnlySpan<byte> part) => _line.Write(Bound(part, _line.WrittenCount));

    private ReadOnlySpan<byte> Bound(ReadOnlySpan<byte> part, int before)
    {
        // Room for a field name beside the longest data.
        var room = _maxEventBytes + 64 - before;
        if (part.Length <= room)
            return part;
        _truncated = true;
        return part[..room];
    }

    private void TakeLine(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            _dispatchDue = true;
            return;
        }

        var colon = line.IndexOf((byte)':');
        if (colon == 0)
            return;
        var name = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? default : line[(colon + 1)..];
        if (!value.IsEmpty && value[0] == ' ')
            value = value[1..];
        if (name.SequenceEqual("data"u8))
            TakeData(value);
        else if (name.SequenceEqual("event"u8))
            _type = Encoding.UTF8.GetString(value[..Math.Min(value.Length, MaxIdBytes)]);
        else if (name.SequenceEqual("id"u8) && !value.Contains((byte)0))
            _id = Encoding.UTF8.GetString(value[..Math.Min(value.Length, MaxIdBytes)]);
    }

    private void TakeData(ReadOnlySpan<byte> value)
    {
        if (_hasData && _data.WrittenCount < _maxEventBytes)
            _data.Write("\n"u8);
        _hasData = true;
        var room = _maxEventBytes - _data.WrittenCount;
        if (value.Length > room)
        {
            _truncated = true;
            value = value[..room];
        }

        _data.Write(value);
    }

    private void DispatchIfDue(List<ServerSentEvent> events)
    {
        if (!_dispatchDue)
            return;
        _dispatchDue = false;
        if (_hasData)
        {
            events.Add(new(_start, _position, _type, _data.WrittenSpan.ToArray(), _id, _truncated));
            _start = _position;
        }

        _type = "";
        _hasData = _truncated = false;
        _data.ResetWrittenCount();
    }
}

using System.Buffers.Text;

namespace K8sRecorder.Benchmarks.Http.Load;

/// <summary>Finds the end of a response in the bytes of a connection: by length, or by chunks. For answers of servers that we chose.</summary>
internal sealed class AnswerScanner
{
    private const int HeadLimit = 64 * 1024;
    private readonly byte[] _line = new byte[HeadLimit];
    private int _lineLength;
    private long _left;
    private Part _part;

    private enum Part
    {
        Head,
        Body,
        ChunkSize,
        Chunk,
        ChunkEnd,
        Trailer,
        End,
    }

    public int Status { get; private set; }

    public bool IsComplete => _part == Part.End;

    public bool IsInHead => _part == Part.Head;

    public void Reset() => (_part, _lineLength) = (Part.Head, 0);

    /// <summary>Takes bytes until the response ends; what of the body was in them goes to <paramref name="body"/>. Returns how many it took.</summary>
    public int Take(ReadOnlySpan<byte> bytes, Stream? body)
    {
        var at = 0;
        while (at < bytes.Length && _part != Part.End)
        {
            if (_part is Part.Body or Part.Chunk)
            {
                var piece = (int)Math.Min(_left, bytes.Length - at);
                body?.Write(bytes.Slice(at, piece));
                at += piece;
                if ((_left -= piece) == 0)
                    _part = _part == Part.Body ? Part.End : Part.ChunkEnd;
            }
            else
                at += TakeLine(bytes[at..]);
        }
        return at;
    }

    private int TakeLine(ReadOnlySpan<byte> bytes)
    {
        var ending = _part == Part.Head ? "\r\n\r\n"u8 : "\r\n"u8;
        var before = _lineLength;
        var taken = Math.Min(bytes.Length, _line.Length - before);
        bytes[..taken].CopyTo(_line.AsSpan(before));
        // The ending may have begun in what was there before.
        var from = Math.Max(0, before - ending.Length + 1);
        var end = _line.AsSpan(from, before + taken - from).IndexOf(ending);
        if (end < 0)
        {
            _lineLength += taken;
            return taken == 0 ? throw new BenchmarkFailedException("the head of a response is too long") : taken;
        }
        var length = from + end + ending.Length;
        _lineLength = 0;
        TakeWhole(_line.AsSpan(0, length - ending.Length));
        return length - before;
    }

    private void TakeWhole(ReadOnlySpan<byte> line)
    {
        switch (_part)
        {
            case Part.Head:
                TakeHead(line);
                break;
            case Part.ChunkSize:
                _left = Number(line, 'x');
                _part = _left == 0 ? Part.Trailer : Part.Chunk;
                break;
            case Part.ChunkEnd:
                _part = Part.ChunkSize;
                break;
            case Part.Trailer when line.IsEmpty:
                _part = Part.End;
                break;
            default:
                break;
        }
    }

    private void TakeHead(ReadOnlySpan<byte> head)
    {
        Status = (int)Number(head[9..], default);
        if (Value(head, "\r\ncontent-length: "u8) is { IsEmpty: false } length)
        {
            _left = Number(length, default);
            _part = _left == 0 ? Part.End : Part.Body;
        }
        else if (!Value(head, "\r\ntransfer-encoding: "u8).IsEmpty)
            _part = Part.ChunkSize;
        else
            throw new BenchmarkFailedException("a response has neither a length nor chunks");
    }

    private static long Number(ReadOnlySpan<byte> text, char format) =>
        Utf8Parser.TryParse(text, out long number, out _, format)
            ? number
            : throw new BenchmarkFailedException("a response has no number where one belongs");

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        for (var at = 0; at + name.Length < head.Length; at++)
        {
            var next = head[at..].IndexOf((byte)'\r');
            if (next < 0 || head.Length - at - next <= name.Length)
                return default;
            at += next;
            if (System.Text.Ascii.EqualsIgnoreCase(head.Slice(at, name.Length), name))
            {
                var value = head[(at + name.Length)..];
                var end = value.IndexOf((byte)'\r');
                return end < 0 ? value : value[..end];
            }
        }
        return default;
    }
}

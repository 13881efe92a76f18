using K8sRecorder.Recording.Format;
using Microsoft.Win32.SafeHandles;

namespace K8sRecorder.Recording.Spool;

/// <summary>Reads a record file frame by frame: memory for one frame, however large the file is and whatever is in it.</summary>
internal sealed class FrameReader : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly PooledBytes _payload = new();
    private readonly byte[] _header = new byte[Frame.HeaderLength];

    public FrameReader(string path)
    {
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Length = RandomAccess.GetLength(_file);
    }

    /// <summary>Length of the file.</summary>
    public long Length { get; }

    /// <summary>Where the next frame begins.</summary>
    public long At { get; private set; }

    /// <summary>Where the frame that was read last ends, by its header.</summary>
    public long Next { get; private set; }

    public FrameType Type { get; private set; }

    /// <summary>Payload of the frame that was read last.</summary>
    public ReadOnlySpan<byte> Payload => _payload.Span;

    /// <summary>Reads the frame at <see cref="At"/>. Of a damaged one the type is known where <see cref="Next"/> is beyond <see cref="At"/>.</summary>
    public FrameCheck Read()
    {
        _payload.Rewind();
        Next = At;
        var header = _header.AsSpan(0, Fill(_header, At));
        var check = Frame.ReadHeader(header, out var type, out var length);
        Type = type;
        if (check != FrameCheck.Whole)
            return check;
        if (At + Frame.HeaderLength + length > Length)
            return FrameCheck.Torn;
        Next = At + Frame.HeaderLength + length;
        var payload = _payload.GetSpan(length)[..length];
        if (Fill(payload, At + Frame.HeaderLength) < length)
            return FrameCheck.Damaged;
        _payload.Advance(length);
        return Frame.Holds(header, payload) ? FrameCheck.Whole : FrameCheck.Damaged;
    }

    /// <summary>Goes on behind the frame that was read last.</summary>
    public void Advance() => At = Next;

    /// <summary>Whether the frame behind the one that was read last is whole and of a type; that one stays the last.</summary>
    public bool IsFollowedBy(FrameType type)
    {
        var (at, next) = (At, Next);
        At = next;
        var found = Read() == FrameCheck.Whole && Type == type;
        At = at;
        Read();
        return found;
    }

    public void Dispose()
    {
        _payload.Dispose();
        _file.Dispose();
    }

    private int Fill(Span<byte> bytes, long at)
    {
        var filled = 0;
        while (filled < bytes.Length && RandomAccess.Read(_file, bytes[filled..], at + filled) is > 0 and var read)
            filled += read;
        return filled;
    }
}

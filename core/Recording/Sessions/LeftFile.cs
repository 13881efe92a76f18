using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Tree;

namespace K8sRecorder.Recording.Sessions;

/// <summary>What a left record file holds, up to its torn end.</summary>
internal sealed class LeftFile
{
    private readonly Dictionary<long, StreamBody> _streams = [];
    private byte[] _lastHead = [];

    private LeftFile(string path, SessionState state)
    {
        Path = path;
        State = state;
        Chunk = new ChunkDraft { FirstSeq = state.FirstSeq };
        Tree = new TreeFrontier(state.FirstSeq, state.TreeHashes);
        Previous = state.Previous;
        NextPart = state.NextPart;
        NextChannel = state.NextChannel;
        HeadSize = state.FirstSeq;
    }

    public string Path { get; }

    public SessionState State { get; }

    public ChunkDraft Chunk { get; }

    public TreeFrontier Tree { get; }

    /// <summary>Name of the chunk before; null where the file does not know it.</summary>
    public string? Previous { get; private set; }

    public long NextPart { get; private set; }

    public long NextChannel { get; private set; }

    public long HeadSize { get; private set; }

    /// <summary>The file is ended: its head is in <see cref="Chunk"/>.</summary>
    public bool Ended { get; private set; }

    /// <summary>It was ended to close the session.</summary>
    public bool Closing { get; private set; }

    /// <summary>The last record is one that ends a session.</summary>
    public bool HasLastRecord { get; private set; }

    /// <summary>Bytes that are whole frames.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes after them.</summary>
    public long LostBytes { get; private set; }

    public IReadOnlyCollection<StreamBody> Streams => _streams.Values;

    /// <summary>The last head in the file that is not its end.</summary>
    public ReadOnlySpan<byte> LastHead => _lastHead;

    /// <summary>Reads a file; what is torn is left out.</summary>
    /// <exception cref="SpoolRefusedException">It is of a newer version, or does not begin with a state (it was created with one, atomically).</exception>
    public static LeftFile Read(string path)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        if (!Frame.TryRead(bytes, out var type, out var payload, out var length) || type != FrameType.State)
            throw new SpoolRefusedException(SpoolRefusal.Damaged, $"{path} does not begin with a session's state");
        var file = new LeftFile(path, SessionState.Read(bytes.Slice(payload, length), path));
        var at = payload + length;
        while (!file.Ended && Frame.TryRead(bytes[at..], out type, out payload, out length))
        {
            // A recovery that died before it signed: the next one writes its own mark, and a session ends once.
            var frame = bytes.Slice(at + payload, length);
            if (type == FrameType.Record && IsRecovered(frame) && !IsEnd(bytes[(at + payload + length)..]))
                break;
            if (!file.Take(type, frame))
                break;
            at += payload + length;
        }

        file.Length = at;
        file.LostBytes = bytes.Length - at;
        return file;
    }

    /// <summary>The name of the chunk before was found and written to the file.</summary>
    public void KnowPrevious(string name, long length) => (Previous, Length) = (name, length);

    private bool Take(FrameType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case FrameType.Record:
                return TakeRecord(payload);
            case FrameType.Staged:
                if (!StagedStream.TryRead(payload, _streams, out var channel))
                    return false;
                // A channel that is in no record yet is taken all the same.
                NextChannel = Math.Max(NextChannel, channel + 1);
                return true;
            case FrameType.Head:
                _lastHead = payload.ToArray();
                HeadSize = Tree.Size;
                return true;
            case FrameType.Previous:
                Previous = new SpoolFieldReader(payload).Text();
                return Previous is not null;
            case FrameType.End:
                if (payload.IsEmpty)
                    return false;
                (Ended, Closing, HeadSize) = (true, payload[0] == 1, Tree.Size);
                Chunk.Head.Write(payload[1..]);
                return true;
            default:
                return false;
        }
    }

    private bool TakeRecord(ReadOnlySpan<byte> payload)
    {
        var reader = new SpoolFieldReader(payload);
        if (!TryLine(ref reader, out var numbers, out var at, out var line))
            return false;
        var content = reader.Bytes();
        var (nextPart, nextChannel, stream, consumed, more) = numbers;
        if (_streams.TryGetValue(stream, out var body))
        {
            body.First = null;
            body.Consume((int)Math.Clamp(consumed, 0, int.MaxValue));
        }

        if (more)
            StagedStream.ReadRest(ref reader, stream, _streams);
        else
            _streams.Remove(stream);
        if (reader.Failed)
            return false;
        (NextPart, NextChannel) = (nextPart, Math.Max(NextChannel, nextChannel));
        Tree.Append(line);
        Chunk.Records.Write(line);
        Chunk.Content.Write(content);
        if (at < Chunk.Since)
            Chunk.Since = at;
        HasLastRecord = IsLast(line);
        return true;
    }

    private static bool TryLine(
        ref SpoolFieldReader reader, out (long NextPart, long NextChannel, long Stream, long Consumed, bool More) numbers, out DateTimeOffset at,
        out ReadOnlySpan<byte> line)
    {
        numbers = (reader.Number(), reader.Number(), reader.Number(), reader.Number(), reader.Byte() == 1);
        at = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(reader.Number(), 0, 253402300799999));
        line = reader.Bytes();
        return !reader.Failed && !line.IsEmpty;
    }

    private static bool IsEnd(ReadOnlySpan<byte> bytes) => Frame.TryRead(bytes, out var type, out _, out _) && type == FrameType.End;

    private static bool IsRecovered(ReadOnlySpan<byte> frame)
    {
        var reader = new SpoolFieldReader(frame);
        return TryLine(ref reader, out _, out _, out var line) && Kind(line).StartsWith("session.recovered\""u8);
    }

    private static bool IsLast(ReadOnlySpan<byte> line) =>
        Kind(line) is var kind && (kind.StartsWith("session.closed\""u8) || kind.StartsWith("session.recovered\""u8));

    /// <summary>The kind stands right behind the time, and no text of an agent before it.</summary>
    private static ReadOnlySpan<byte> Kind(ReadOnlySpan<byte> line)
    {
        var kind = line.IndexOf("\"kind\":\""u8);
        return kind < 0 ? default : line[(kind + 8)..];
    }
}

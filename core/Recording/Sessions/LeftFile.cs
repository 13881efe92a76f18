using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Tree;

namespace K8sRecorder.Recording.Sessions;

/// <summary>What a left record file holds, up to its torn or damaged end.</summary>
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
        LastAt = File.GetLastWriteTimeUtc(path);
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

    /// <summary>When the last record came; the file's own time where there is none.</summary>
    public DateTimeOffset LastAt { get; private set; }

    /// <summary>Bytes that are whole frames.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes after them.</summary>
    public long LostBytes { get; private set; }

    public IReadOnlyCollection<StreamBody> Streams => _streams.Values;

    /// <summary>The last head in the file that is not its end.</summary>
    public ReadOnlySpan<byte> LastHead => _lastHead;

    /// <summary>What of the file cannot be used though it was written; null where there is nothing.</summary>
    public Damage? Damage { get; private set; }

    /// <summary>Reads a file; what is torn or damaged is left out.</summary>
    /// <exception cref="SpoolRefusedException">It is of another version, or does not begin with a state (it was created with one, atomically).</exception>
    public static LeftFile Read(string path)
    {
        using var frames = new FrameReader(path);
        if (frames.Read() != FrameCheck.Whole || frames.Type != FrameType.State)
            throw new SpoolRefusedException(
                SpoolRefusal.Damaged,
                $"{path} does not begin with a session's state. Move it out of the spool to go on: what it holds is not recorded then, and verify shows its session as open-ended");
        var file = new LeftFile(path, SessionState.Read(frames.Payload, path));
        frames.Advance();
        while (!file.Ended && file.TakeNext(frames))
            frames.Advance();
        file.Length = file.Damage?.At ?? frames.At;
        file.LostBytes = frames.Length - file.Length;
        return file;
    }

    /// <summary>An earlier recovery has cut the damage off and kept the whole of the file; the session is not ended yet.</summary>
    public void Remember(LeftFile whole) => Damage ??= whole.Damage ?? new Damage(whole.Length, whole.LostBytes, 0);

    /// <summary>The name of the chunk before was found and written to the file.</summary>
    public void KnowPrevious(string name, long length) => (Previous, Length) = (name, length);

    /// <summary>Takes the frame that is next; false: the file ends here.</summary>
    private bool TakeNext(FrameReader frames)
    {
        var check = frames.Read();
        if (check == FrameCheck.Torn)
            return false;

        // A recovery that died before it signed: the next one writes its own mark, and a session ends once.
        if (check == FrameCheck.Whole && frames.Type == FrameType.Record && IsRecovered(frames.Payload) && !frames.IsFollowedBy(FrameType.End))
            return false;
        if (check == FrameCheck.Whole && Take(frames.Type, frames.Payload))
            return true;

        // Of heads there are others.
        if (check == FrameCheck.Damaged && frames.Type == FrameType.Head && frames.Next > frames.At)
            return true;
        Damage = Damage.Of(frames);
        return false;
    }

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
        (NextPart, NextChannel, LastAt) = (nextPart, Math.Max(NextChannel, nextChannel), at);
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

using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Index;
using K8sRecorder.Recording.Parts;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Tree;

namespace K8sRecorder.Recording.Sessions;

/// <summary>
/// The order of a session: gives records their numbers, grows the tree, fills the open record file, signs heads, hands full chunks to the
/// sealer. Owned by the writer loop (or by recovery before one runs). Everything that touches the disk throws an <see cref="IOException"/>
/// where it cannot; where <see cref="SpoolDisk.IsFull"/>, the same call may be made again, nothing is lost or done twice.
/// </summary>
internal sealed class SessionLog : IDisposable
{
    // A chunk that fills at once, or while the sealer is behind, grows to this many times its size: half of what a chunk costs is files and syncs.
    private const int MaxGrowth = 4;

    private readonly RecordingSpool _spool;
    private readonly SessionState _origin;
    private readonly SessionSigner _signer;
    private readonly int _level;
    private readonly RecordWriter _writer;
    private readonly TreeFrontier _tree;
    private readonly PooledBytes _batch = new();
    private RecordFile _file;
    private ChunkDraft _chunk;
    private string _previous;
    private long _chunkCount;
    private long _headSize;
    private SealedChunk? _sealing;
    private bool _ended;

    public SessionLog(RecordingSpool spool, RestoredSession restored, SessionSigner signer, SessionOptions options)
    {
        _spool = spool;
        _origin = restored.State;
        _signer = signer;
        _level = options.FullChunkLevel;
        _file = restored.File;
        _chunk = restored.Chunk;
        _tree = restored.Tree;
        _previous = restored.Previous;
        _chunkCount = restored.ChunkCount;
        _headSize = restored.HeadSize;
        NextChannel = restored.NextChannel;
        Folder = spool.FolderOf(_origin.Session);
        _writer = new RecordWriter(new PartWriter(_origin.Salt, options.KnownParts, restored.NextPart));
    }

    public SessionFolder Folder { get; }

    public SessionId Session => _origin.Session;

    public long Size => _tree.Size;

    public int PlainBytes => _chunk.PlainBytes;

    public DateTimeOffset Since => _chunk.Since;

    public long NextChannel { get; set; }

    public long FirstSeq => _chunk.FirstSeq;

    /// <summary>Records that the last signed head covers.</summary>
    public long HeadSize => _headSize;

    public bool HasNews => _tree.Size > _headSize;

    public bool HasBatch => _batch.Length > 0;

    public int BatchBytes => _batch.Length;

    /// <summary>The record file has grown far beyond its chunk: bytes of streams are staged before they are in a record.</summary>
    public bool FileIsLong(int chunkBytes) => _file.Length - _file.FirstLength > 4L * chunkBytes;

    /// <summary>Whether the open chunk is due: full, or larger than that while it fills fast or the one before is still being compressed.</summary>
    public bool IsFull(int chunkBytes, TimeSpan chunkTime, DateTimeOffset now) =>
        (PlainBytes >= chunkBytes || FileIsLong(chunkBytes))
        && ((SealerIsFree && now - Since >= chunkTime) || PlainBytes >= MaxGrowth * chunkBytes || FileIsLong(MaxGrowth * chunkBytes));

    public bool IsSealing => _sealing is not null;

    private bool SealerIsFree => _sealing is null || SealingIsDone;

    public bool SealingIsDone => _sealing?.Placed.IsCompleted ?? false;

    public long PartsStored => _writer.Parts.Stored;

    public long PartsReferred => _writer.Parts.Referred;

    public long TotalPlainBytes { get; private set; }

    public long Heads { get; private set; }

    public long Chunks => _chunkCount;

    /// <summary>Appends a record to the batch.</summary>
    /// <param name="draft">The record.</param>
    /// <param name="stream">The stream it is of, which has let go of what the record holds.</param>
    /// <param name="consumed">Bytes of the stream that it holds.</param>
    /// <param name="more">The stream goes on.</param>
    public void Append(RecordDraft draft, StreamBody? stream = null, long consumed = 0, bool more = false)
    {
        _writer.Write(draft, _tree.Size);
        var frame = Frame.Begin(_batch, FrameType.Record);
        SpoolFields.WriteNumber(_batch, _writer.Parts.NextPart);
        SpoolFields.WriteNumber(_batch, NextChannel);
        SpoolFields.WriteNumber(_batch, stream?.Id ?? 0);
        SpoolFields.WriteNumber(_batch, consumed);
        _batch.WriteByte(more ? (byte)1 : (byte)0);
        SpoolFields.WriteNumber(_batch, draft.At.ToUnixTimeMilliseconds());
        SpoolFields.WriteBytes(_batch, _writer.Line.Span);
        SpoolFields.WriteBytes(_batch, _writer.Content.Span);
        if (more)
            StagedStream.WriteRest(_batch, stream!);
        Frame.End(_batch, frame);
        _tree.Append(_writer.Line.Span);
        _chunk.Records.Write(_writer.Line.Span);
        _chunk.Content.Write(_writer.Content.Span);
        TotalPlainBytes += _writer.Line.Length + _writer.Content.Length;
        if (draft.At < _chunk.Since)
            _chunk.Since = draft.At;
    }

    /// <summary>Stages what is new of a stream in the batch.</summary>
    public void Stage(StreamBody stream) => stream.Stage(_batch, _chunk.FirstSeq);

    /// <summary>Writes the batch: all of it, or nothing and an exception.</summary>
    public void WriteBatch()
    {
        if (_batch.Length == 0)
            return;
        _file.Append(_batch.Span);
        _batch.Rewind();
        _spool.Disk.Reached(CrashPoint.BatchWritten);
    }

    /// <summary>Clears buffers that held text; called when the loop has nothing to do.</summary>
    public void Rest()
    {
        if (_batch.Length == 0)
            _batch.Reset();
        _writer.Clear();
    }

    /// <summary>Syncs and signs a head over everything written. The batch must be written and no chunk be sealing.</summary>
    public void SignHead(DateTimeOffset at, HeadReason reason)
    {
        _file.Sync();
        using var frame = new PooledBytes();
        var begin = Frame.Begin(frame, FrameType.Head);
        WriteHead(frame, at, reason);
        Frame.End(frame, begin);
        _file.Append(frame.Span);
        _headSize = _tree.Size;
        Heads++;
    }

    /// <summary>
    /// Ends the open record file and begins its successor; the chunk is compressed beside the loop. The batch must be written and no chunk be
    /// sealing. The steps, and what a crash after each leaves, are the <see cref="CrashPoint"/>s; see also <see cref="FinishSeal"/>.
    /// </summary>
    /// <param name="at">Time of the head.</param>
    /// <param name="reason">Why.</param>
    /// <param name="index">Rows that go with the chunk.</param>
    /// <param name="streams">The open streams: the successor begins with them, for the old file goes.</param>
    public void BeginSeal(DateTimeOffset at, HeadReason reason, IndexFile? index, IEnumerable<StreamBody> streams)
    {
        EndFile(at, reason, closing: false);
        var next = new SessionState
        {
            Session = Session,
            Salt = _origin.Salt,
            Identity = _origin.Identity,
            KeyId = _origin.KeyId,
            FirstSeq = _tree.Size,
            NextPart = _writer.Parts.NextPart,
            NextChannel = NextChannel,
            ChunkCount = _chunkCount + 1,
            Previous = null,
            TreeHashes = _tree.Hashes.ToArray(),
        };
        using var frames = new PooledBytes();
        next.Write(frames);
        foreach (var stream in streams)
            stream.Stage(frames, next.FirstSeq, whole: true);
        var file = RecordFile.Create(_spool, Folder.RecordPath(next.FirstSeq), frames.Span);
        _spool.Disk.Reached(CrashPoint.SuccessorPlaced);
        var (chunk, previous) = (_chunk, _previous);
        // Only a recorder under load fills chunks: it has no time for the last percents.
        var level = reason != HeadReason.Size ? ChunkSealer.SmallLevel : Math.Min(_level, ChunkSealer.LevelAt(chunk.PlainBytes, at - chunk.Since));
        Task<string> Place() => Task.Run(() => ChunkSealer.Seal(_spool, Folder, chunk, previous, level, index));
        _sealing = new SealedChunk(_file, chunk, Place, Place());
        _file = file;
        _chunk = new ChunkDraft { FirstSeq = next.FirstSeq };
        _chunkCount++;
        _headSize = _tree.Size;
        _ended = false;
    }

    /// <summary>Completes when the chunk that is being sealed is in place; faults with the sealer's failure.</summary>
    public Task SealingPlaced() => _sealing?.Placed ?? Task.CompletedTask;

    /// <summary>Tries a seal that failed again.</summary>
    public void RetrySeal() => _sealing = _sealing! with { Placed = _sealing.Place() };

    /// <summary>
    /// Makes a sealed chunk ready for shipping: its successor learns its name, durably, before the chunk may leave the spool; then the old
    /// record file goes.
    /// </summary>
    public void FinishSeal()
    {
        var done = _sealing!;
        var name = done.Placed.Result;
        _spool.Disk.Reached(CrashPoint.ChunkPlaced);
        WritePrevious(_file, name);
        _spool.Disk.Reached(CrashPoint.PreviousWritten);
        done.File.Delete();
        done.Chunk.Dispose();
        _spool.Disk.Reached(CrashPoint.OldFileDeleted);
        _previous = name;
        _sealing = null;
        _spool.EntryReady();
    }

    /// <summary>Seals the last chunk and writes close.json. The batch must be written and no chunk be sealing.</summary>
    public void Close(DateTimeOffset at, HeadReason reason, IndexFile? index)
    {
        EndFile(at, reason, closing: true);
        var name = ChunkSealer.Seal(_spool, Folder, _chunk, _previous, ChunkSealer.SmallLevel, index);
        _spool.Disk.Reached(CrashPoint.LastChunkPlaced);
        ChunkSealer.PlaceClose(_spool, Folder, _chunk, name);
        _spool.Disk.Reached(CrashPoint.ClosePlaced);
        _file.Delete();
        _chunkCount++;
        _headSize = _tree.Size;
        _spool.Disk.Reached(CrashPoint.OldFileDeleted);
        _spool.EntryReady();
    }

    public void Dispose()
    {
        _file.Dispose();
        _sealing?.File.Dispose();
        _chunk.Dispose();
        _batch.Dispose();
        _writer.Dispose();
    }

    internal static void WritePrevious(RecordFile file, string name)
    {
        using var frame = new PooledBytes();
        var begin = Frame.Begin(frame, FrameType.Previous);
        SpoolFields.WriteText(frame, name);
        Frame.End(frame, begin);
        file.Append(frame.Span);
        file.Sync();
    }

    /// <summary>Writes the frame that ends the record file; once, however often it is called.</summary>
    private void EndFile(DateTimeOffset at, HeadReason reason, bool closing)
    {
        if (_ended)
            return;
        if (_chunk.Head.Length == 0)
        {
            _file.Sync();
            WriteHead(_chunk.Head, at, reason);
            Heads++;
        }

        using var frame = new PooledBytes();
        var begin = Frame.Begin(frame, FrameType.End);
        frame.WriteByte(closing ? (byte)1 : (byte)0);
        frame.Write(_chunk.Head.Span);
        Frame.End(frame, begin);
        _file.Append(frame.Span);
        _ended = true;
        _spool.Disk.Reached(CrashPoint.EndWritten);
    }

    private void WriteHead(PooledBytes to, DateTimeOffset at, HeadReason reason)
    {
        Span<byte> root = stackalloc byte[TreeHash.Length];
        _tree.Root(root);
        HeadLine.Write(to, Session, _tree.Size, root, _chunkCount + 1, _previous, at, reason, _signer.Key, _signer.By);
    }
}

using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Spool;

namespace K8sRecorder.Recording.Sessions;

/// <summary>A session that an earlier process left in the spool, with one or two record files.</summary>
/// <remarks>
/// Two are there when the process died between making the successor and deleting the old one. Every step is one of the normal path, done again:
/// see <see cref="CrashPoint"/>.
/// </remarks>
internal sealed class LeftSession
{
    private readonly RecordingSpool _spool;
    private readonly List<LeftFile> _files;

    private LeftSession(RecordingSpool spool, SessionFolder folder, List<LeftFile> files)
    {
        _spool = spool;
        Folder = folder;
        _files = files;
    }

    public SessionFolder Folder { get; }

    public SessionId Session => Folder.Session;

    /// <summary>Bytes that were cut off the last file.</summary>
    public long LostBytes => _files[^1].LostBytes;

    /// <summary>It had begun to close, or even finished but for the files.</summary>
    public bool IsEnding => _files[^1].HasLastRecord || _files[^1].Closing;

    /// <summary>Everything is signed: only files have to be put in place.</summary>
    public bool IsEnded => _files[^1].Closing;

    public ReadOnlySpan<byte> Identity => _files[^1].State.Identity;

    /// <summary>Reads a session's record files; null where there is none.</summary>
    public static LeftSession? Read(RecordingSpool spool, SessionFolder folder)
    {
        var files = folder.RecordFiles().Select(LeftFile.Read).ToList();
        if (files.Count == 0)
            return null;
        spool.Disk.Reached(CrashPoint.LeftRead);
        return new LeftSession(spool, folder, files);
    }

    /// <summary>Puts the last chunk and close.json of an ended session in place.</summary>
    public void FinishClose(int level)
    {
        SealOlder(level, default);
        var last = _files[^1];
        var name = Folder.ChunkOf(last.State.FirstSeq)
            ?? ChunkSealer.Seal(_spool, Folder, last.Chunk, last.Previous!, level, index: null);
        _spool.Disk.Reached(CrashPoint.LastChunkPlaced);
        ChunkSealer.PlaceClose(_spool, Folder, last.Chunk, name);
        _spool.Disk.Reached(CrashPoint.ClosePlaced);
        RecordFile.Reopen(_spool, last.Path, last.Length).Delete();
        _spool.DeleteKey(Session);
        _spool.EntryReady();
    }

    /// <summary>Brings the session back to where it can take records.</summary>
    public RestoredSession Restore(int level, SessionSigner signer)
    {
        SealOlder(level, signer);
        var last = _files[^1];
        if (last.Ended)
            return Succeed(last, level);
        var file = RecordFile.Reopen(_spool, last.Path, last.Length);
        try
        {
            _spool.Disk.Reached(CrashPoint.LeftTruncated);
            file.Renew();
        }
        catch
        {
            file.Dispose();
            throw;
        }

        if (!signer.By.IsEmpty)
            last.Chunk.KeptHead.Write(last.LastHead);
        return new RestoredSession
        {
            State = last.State,
            File = file,
            Chunk = last.Chunk,
            Tree = last.Tree,
            Previous = last.Previous!,
            ChunkCount = last.State.ChunkCount,
            NextPart = last.NextPart,
            NextChannel = last.NextChannel,
            HeadSize = last.HeadSize,
            Streams = last.Streams,
        };
    }

    /// <summary>The process died after <see cref="CrashPoint.EndWritten"/>: seal, then begin the successor, which knows the name at once.</summary>
    private RestoredSession Succeed(LeftFile ended, int level)
    {
        var name = Folder.ChunkOf(ended.State.FirstSeq) ?? ChunkSealer.Seal(_spool, Folder, ended.Chunk, ended.Previous!, level, index: null);
        var state = ended.State with
        {
            FirstSeq = ended.Tree.Size,
            NextPart = ended.NextPart,
            NextChannel = ended.NextChannel,
            ChunkCount = ended.State.ChunkCount + 1,
            Previous = name,
            TreeHashes = ended.Tree.Hashes.ToArray(),
        };
        using var frames = new PooledBytes();
        state.Write(frames);
        foreach (var stream in ended.Streams)
            stream.Stage(frames, state.FirstSeq, whole: true);
        var file = RecordFile.Create(_spool, Folder.RecordPath(state.FirstSeq), frames.Span);
        _spool.Disk.Reached(CrashPoint.SuccessorPlaced);
        RecordFile.Reopen(_spool, ended.Path, ended.Length).Delete();
        _spool.Disk.Reached(CrashPoint.OldFileDeleted);
        _spool.EntryReady();
        return new RestoredSession
        {
            State = state,
            File = file,
            Chunk = new ChunkDraft { FirstSeq = state.FirstSeq },
            Tree = ended.Tree,
            Previous = name,
            ChunkCount = state.ChunkCount,
            NextPart = state.NextPart,
            NextChannel = state.NextChannel,
            HeadSize = state.FirstSeq,
            Streams = ended.Streams,
        };
    }

    /// <summary>The process died before <see cref="CrashPoint.OldFileDeleted"/>: seal the old files, each successor learns the name.</summary>
    private void SealOlder(int level, SessionSigner signer)
    {
        while (_files.Count > 1)
        {
            var (old, next) = (_files[0], _files[1]);
            if (old.Tree.Size != next.State.FirstSeq)
                throw new SpoolRefusedException(SpoolRefusal.Damaged, $"{old.Path} does not reach its successor");
            var name = next.Previous ?? Folder.ChunkOf(old.State.FirstSeq) ?? Seal(old, level, signer);
            using (var file = RecordFile.Reopen(_spool, next.Path, next.Length))
            {
                if (next.Previous is null)
                    SessionLog.WritePrevious(file, name);
                next.KnowPrevious(name, file.Length);
            }

            _spool.Disk.Reached(CrashPoint.PreviousWritten);
            RecordFile.Reopen(_spool, old.Path, old.Length).Delete();
            _files.RemoveAt(0);
            _spool.Disk.Reached(CrashPoint.OldFileDeleted);
            _spool.EntryReady();
        }

        if (_files[^1].Previous is null)
            throw new SpoolRefusedException(SpoolRefusal.Damaged, $"{_files[^1].Path} does not know the chunk before it");
    }

    private string Seal(LeftFile old, int level, SessionSigner signer)
    {
        // The end frame was written before the successor was made; only a loss of power can have kept the later and lost the earlier.
        if (!old.Ended)
        {
            Span<byte> root = stackalloc byte[Tree.TreeHash.Length];
            old.Tree.Root(root);
            HeadLine.Write(
                old.Chunk.Head, Session, old.Tree.Size, root, old.State.ChunkCount + 1, old.Previous!, old.Chunk.Since, HeadReason.Recovered,
                signer.Key, signer.By);
        }

        var name = ChunkSealer.Seal(_spool, Folder, old.Chunk, old.Previous!, level, index: null);
        _spool.Disk.Reached(CrashPoint.ChunkPlaced);
        return name;
    }
}

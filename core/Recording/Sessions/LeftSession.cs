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
    private readonly List<LeftFile> _givenUp = [];
    private readonly Damage? _damage;

    private LeftSession(RecordingSpool spool, SessionFolder folder, List<LeftFile> files)
    {
        _spool = spool;
        Folder = folder;
        _files = files;
        _damage = WithMark(GiveUpDamaged(), SpoolMark.TryRead(SpoolMark.PathOf(spool.Options.KeysFolder, folder.Session)));
    }

    public SessionFolder Folder { get; }

    public SessionId Session => Folder.Session;

    /// <summary>Bytes that were cut off the last file.</summary>
    public long LostBytes => _files[^1].LostBytes;

    /// <summary>It had begun to close, or even finished but for the files.</summary>
    public bool IsEnding => _files[^1].HasLastRecord || _files[^1].Closing;

    /// <summary>Everything is signed: only files have to be put in place.</summary>
    public bool IsEnded => _files[^1].Closing;

    /// <summary>What cannot be used of its records though it was written; null where it is nothing, or only what follows the last record.</summary>
    public Damage? Damage => IsEnding ? null : _damage;

    /// <summary>The names under which damaged files are kept.</summary>
    public IEnumerable<string> DamagedFiles =>
        Damage is null ? [] : _givenUp.Prepend(_files[^1]).Select(static file => SessionFolder.DamagedPath(file.Path));

    /// <summary>Records that its last signed head covers.</summary>
    public long HeadSize => _files[^1].HeadSize;

    /// <summary>When its last record came.</summary>
    public DateTimeOffset LastAt => _files[^1].LastAt;

    public ReadOnlySpan<byte> Identity => _files[^1].State.Identity;

    public ReadOnlySpan<byte> KeyId => _files[^1].State.KeyId;

    /// <summary>Reads a session's record files; null where there is none.</summary>
    public static LeftSession? Read(RecordingSpool spool, SessionFolder folder)
    {
        var files = folder.RecordFiles().Select(ReadFile).ToList();
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
        if (Damage is not null)
            SetAside();
        SealOlder(level, signer);
        var last = _files[^1];
        if (last.Ended)
            return Succeed(last, level);
        var file = RecordFile.Reopen(_spool, last.Path, last.Length, keepsMark: Damage is null);
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
        var file = RecordFile.Create(_spool, Folder.RecordPath(state.FirstSeq), frames.Span, keepsMark: Damage is null);
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
            var name = next.Previous ?? Folder.ChunkOf(old.State.FirstSeq) ?? Seal(old, level, signer);
            using (var file = RecordFile.Reopen(_spool, next.Path, next.Length, keepsMark: Damage is null))
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
            throw new SpoolRefusedException(SpoolRefusal.Damaged, $"{_files[^1].Path} does not know the chunk before it, and that is not here. Move it out of the spool to go on: what it holds is not recorded then, and verify shows its session as open-ended");
    }

    private static LeftFile ReadFile(string path)
    {
        var file = LeftFile.Read(path);
        var whole = SessionFolder.DamagedPath(path);
        if (File.Exists(whole))
            file.Remember(LeftFile.Read(whole));
        return file;
    }

    /// <summary>
    /// Takes the files behind the first damage away: the tree cannot go on over a hole. A file whose chunk is in place need not be whole; one that
    /// ends before its successor begins (power was lost, and the later one was on the disk) is damaged too.
    /// </summary>
    private Damage? GiveUpDamaged()
    {
        for (var i = 0; i < _files.Count; i++)
        {
            var (file, next) = (_files[i], i + 1 < _files.Count ? _files[i + 1] : null);
            if (next is not null && (next.Previous is not null || Folder.ChunkOf(file.State.FirstSeq) is not null))
                continue;
            var damage = file.Damage ?? (next is null || next.State.FirstSeq == file.Tree.Size ? null : new Damage(file.Length, file.LostBytes, 0));
            if (damage is null)
                continue;
            _givenUp.AddRange(_files[(i + 1)..]);
            _files.RemoveRange(i + 1, _files.Count - i - 1);
            return damage with
            {
                Bytes = damage.Bytes + _givenUp.Sum(static gone => gone.Length + gone.LostBytes),
                Records = damage.Records + _givenUp.Sum(static gone => gone.Tree.Size - gone.State.FirstSeq + (gone.Damage?.Records ?? 0)),
            };
        }

        return null;
    }

    /// <summary>What the mark adds: a file that ends before it was cut there, and one that it names and that is not here is lost as a whole.</summary>
    private Damage? WithMark(Damage? damage, SpoolMark? mark)
    {
        if (mark is not { } known || known.FirstSeq < _files[^1].State.FirstSeq)
            return damage;
        var last = _files[^1];
        var gone = known.FirstSeq > last.State.FirstSeq ? known.Length : known.Length - last.Length - last.LostBytes;
        if (damage is not null)
            return damage with { Bytes = Math.Max(damage.Bytes, gone) };
        return gone > 0 ? new Damage(last.Length, gone + last.LostBytes, 0) : null;
    }

    /// <summary>
    /// Keeps what is damaged under another name, and cuts the file that goes on. The other name is there first: with it, whoever dies here is
    /// followed by a recovery that knows of the damage.
    /// </summary>
    private void SetAside()
    {
        var last = _files[^1];
        _spool.Disk.Keep(last.Path, SessionFolder.DamagedPath(last.Path));
        foreach (var gone in _givenUp)
        {
            _spool.Disk.Rename(gone.Path, SessionFolder.DamagedPath(gone.Path));
            _spool.Shrank(gone.Length + gone.LostBytes);
        }

        var bytes = new byte[last.Length];
        using (var file = File.OpenHandle(last.Path))
            _ = RandomAccess.Read(file, bytes, 0);
        _spool.Disk.Place(last.Path, bytes);
        _spool.Shrank(last.LostBytes);
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

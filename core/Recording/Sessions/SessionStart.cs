using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Keys;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Tree;

namespace K8sRecorder.Recording.Sessions;

/// <summary>
/// What happens at a start: finish what earlier processes began, then resume a session or open a new one. Everything here may be interrupted
/// and is done again by the next start.
/// </summary>
internal sealed class SessionStart(RecordingSpool spool, SessionIdentity identity, SessionOptions options)
{
    public RecordingSession Run(CancellationToken ct)
    {
        // Everything is read before anything is changed: one session of another version refuses the spool as it is.
        var (left, others) = Find();
        spool.DeleteTemporaries();
        foreach (var folder in others)
            CleanUp(folder);
        var lost = LostSession.Find(spool, left);
        var orphans = OrphanKeys(left);
        var closed = new List<SessionId>();
        var recovered = new List<SessionId>();
        var torn = 0L;
        foreach (var session in left)
            torn += session.Damage is null ? session.LostBytes : 0;
        var report = new RecoveryReport(
            false, closed, recovered, torn, [.. left.SelectMany(static session => session.DamagedFiles)], [.. lost.Select(static one => one.Session)]);

        // Newest first: the one to go on with is needed to sign for the others.
        left.Reverse();
        var current = left.Count > 0 ? TryResume(left[0], report with { Resumed = true }, lost) : null;
        if (current is not null)
            left.RemoveAt(0);
        var previous = left.Count > 0 && current is null ? left[0].Session : default;
        current ??= OpenNew(previous, report, lost);
        try
        {
            var follower = new Follower(current.Id, current.Fingerprint);
            foreach (var session in left)
            {
                ct.ThrowIfCancellationRequested();
                follower = End(session, current, follower, closed, recovered);
            }

            foreach (var session in orphans)
            {
                spool.DeleteKey(session);
                if (!File.Exists(spool.FolderOf(session).ClosePath))
                    spool.DeleteMark(session);
            }

            return current;
        }
        catch
        {
            // It goes on with the next attempt, in this process or another.
            current.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
    }

    /// <summary>Opens a new session: key, statement, record file, in this order; see <see cref="CrashPoint"/>. All of it or nothing is left.</summary>
    public RecordingSession OpenNew(SessionId previous, RecoveryReport report, IReadOnlyList<LostSession> lost)
    {
        var session = SessionId.New(options.Time, options.Random, previous);
        var key = SessionKey.Create(options.Random);
        try
        {
            var log = Place(session, previous, key, lost);
            spool.EntryReady();
            return new RecordingSession(spool, identity, options, key, log, report, nextStream: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            key.Dispose();
            spool.Withdraw(spool.FolderOf(session));
            throw;
        }
    }

    private SessionLog Place(SessionId session, SessionId previous, SessionKey key, IReadOnlyList<LostSession> lost)
    {
        var folder = spool.FolderOf(session);
        var now = options.Time.GetUtcNow();
        var salt = new byte[FormatNames.SaltLength];
        options.Random.GetBytes(salt);
        spool.Disk.Place(SessionKey.PathOf(spool.Options.KeysFolder, session), System.Text.Encoding.ASCII.GetBytes(key.ExportPem()));
        spool.Disk.Reached(CrashPoint.KeyPlaced);
        spool.Disk.CreateFolder(folder.Folder);
        spool.PlaceEntry(folder.OpenPath, OpenStatementLine.Write(session, identity, previous, salt, key));
        spool.Disk.Reached(CrashPoint.StatementPlaced);
        var state = new SessionState
        {
            Session = session,
            Salt = salt,
            Identity = OpenStatementLine.IdentityDigest(identity),
            KeyId = key.Id,
            FirstSeq = 0,
            NextPart = 0,
            NextChannel = 1,
            ChunkCount = 0,
            Previous = "",
            TreeHashes = [],
        };
        using var frames = new PooledBytes();
        state.Write(frames);
        var restored = new RestoredSession
        {
            State = state,
            File = RecordFile.Create(spool, folder.RecordPath(0), frames.Span),
            Chunk = new ChunkDraft { FirstSeq = 0 },
            Tree = new TreeFrontier(),
            Previous = "",
            ChunkCount = 0,
            NextPart = 0,
            NextChannel = 1,
        };
        var log = new SessionLog(spool, restored, new SessionSigner(key, default), options);
        log.Append(SessionRecords.Opened(options, now));
        Name(lost, log, now);
        try
        {
            log.WriteBatch();
            return log;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    private (List<LeftSession> Left, List<SessionFolder> Others) Find()
    {
        var (left, others) = (new List<LeftSession>(), new List<SessionFolder>());
        try
        {
            foreach (var folder in spool.Folders())
            {
                if (LeftSession.Read(spool, folder) is { } session)
                    left.Add(session);
                else
                    others.Add(folder);
            }

            return (left, others);
        }
        catch (UnauthorizedAccessException e)
        {
            throw SpoolRefusedException.NotUsable(e);
        }
    }

    /// <summary>
    /// A folder without a record file: shipped but for the folder, waiting to be shipped, or, with nothing but its open statement, a session that
    /// never took a record (such a statement is not shipped, so nobody has heard of it).
    /// </summary>
    private void CleanUp(SessionFolder folder)
    {
        if (folder.Unborn() is { } statement)
            spool.RemoveEntry(statement);
        spool.Disk.DeleteIfEmpty(folder.Folder);
    }

    /// <summary>The sessions of which only the key or the mark is left. Deleted at the end: before, what is lost must be named.</summary>
    private HashSet<SessionId> OrphanKeys(List<LeftSession> left)
    {
        var orphans = new HashSet<SessionId>();
        foreach (var path in Directory.GetFiles(spool.Options.KeysFolder))
        {
            var isOurs = Path.GetExtension(path) is ".pem" or SpoolMark.Suffix;
            if (isOurs && SessionId.TryParse(Path.GetFileNameWithoutExtension(path), out var session) && left.TrueForAll(other => other.Session != session))
                orphans.Add(session);
        }

        return orphans;
    }

    private static void Name(IReadOnlyList<LostSession> lost, SessionLog log, DateTimeOffset at)
    {
        foreach (var session in lost)
            log.Append(SessionRecords.Lost(session, at));
    }

    private RecordingSession? TryResume(LeftSession left, RecoveryReport report, IReadOnlyList<LostSession> lost)
    {
        if (!options.Resume || left.IsEnding || left.Damage is not null || !left.Identity.SequenceEqual(OpenStatementLine.IdentityDigest(identity)))
            return null;
        if (SessionKey.TryLoad(spool.Options.KeysFolder, left.Session, left.KeyId) is not { } key)
            return null;
        SessionLog? log = null;
        try
        {
            var signer = new SessionSigner(key, default);
            var restored = left.Restore(options.FullChunkLevel, signer);
            log = new SessionLog(spool, restored, signer, options);
            log.Append(SessionRecords.Resumed(left.LostBytes, left.HeadSize, options.Time.GetUtcNow()));
            Name(lost, log, options.Time.GetUtcNow());
            CutStreams(log, restored.Streams);
            log.WriteBatch();
            spool.Disk.Reached(CrashPoint.LeftMarked);
            return new RecordingSession(spool, identity, options, key, log, report, restored.Streams.Select(static s => s.Id).DefaultIfEmpty().Max());
        }
        catch
        {
            log?.Dispose();
            key.Dispose();
            throw;
        }
    }

    /// <summary>Ends a left session: with its own key where that is kept, else signed by the session that goes on.</summary>
    /// <param name="left">The session.</param>
    /// <param name="current">The session that goes on.</param>
    /// <param name="follower">The session whose statement names this one as the one before: the next newer.</param>
    /// <param name="closed">Gets its name where it was closed.</param>
    /// <param name="recovered">Gets its name where it was recovered.</param>
    /// <returns>This session, as the follower of the next older.</returns>
    private Follower End(LeftSession left, RecordingSession current, Follower follower, List<SessionId> closed, List<SessionId> recovered)
    {
        // A damaged session's own key has signed heads over what is lost now: it must not sign others of the same size.
        using var key = left.Damage is null ? SessionKey.TryLoad(spool.Options.KeysFolder, left.Session, left.KeyId) : null;
        (key is null ? recovered : closed).Add(left.Session);
        var self = new Follower(left.Session, key?.Fingerprint);
        if (left.IsEnded)
        {
            left.FinishClose(options.FullChunkLevel);
            return self;
        }

        var signer = key is null ? new SessionSigner(current.Key, current.Id) : new SessionSigner(key, default);
        var restored = left.Restore(options.FullChunkLevel, signer);
        using var log = new SessionLog(spool, restored, signer, options);
        var now = options.Time.GetUtcNow();
        CutStreams(log, restored.Streams);
        if (left.Damage is { } damage)
            log.Append(SessionRecords.Damaged(damage, left.LastAt, now));
        if (!left.IsEnding)
            log.Append(key is null ? SessionRecords.Recovered(current.Id, left.HeadSize, now) : Closed(follower, left.HeadSize, now));

        log.WriteBatch();
        spool.Disk.Reached(CrashPoint.LeftMarked);
        log.Close(now, key is null ? HeadReason.Recovered : HeadReason.Closed, index: null);
        spool.DeleteKey(left.Session);
        return self;
    }

    /// <summary>Where the follower's key is lost nothing can be said about it.</summary>
    private static RecordDraft Closed(Follower follower, long covered, DateTimeOffset at)
    {
        var draft = new RecordDraft("session.closed", 0, at);
        draft.Set("covered", covered);
        SessionRecords.SetClosed(draft, "recorderStopped", follower.Fingerprint is null ? default : follower.Session, follower.Fingerprint);
        return draft;
    }

    /// <summary>Streams that were open end where they were.</summary>
    private static void CutStreams(SessionLog log, IReadOnlyCollection<StreamBody> streams)
    {
        foreach (var stream in streams)
        {
            var trailer = new RecordDraft(stream.ContinuationKind, stream.Channel, stream.FirstAt);
            trailer.Set("cut", "recorderStopped");
            var draft = stream.Emit(more: false, trailer, out var consumed);
            log.Append(draft, stream, consumed);
            draft.Clear();
            stream.End();
        }
    }

    private readonly record struct Follower(SessionId Session, string? Fingerprint);
}

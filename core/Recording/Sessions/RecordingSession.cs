using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Index;
using K8sRecorder.Recording.Parts;
using K8sRecorder.Recording.Spool;

namespace K8sRecorder.Recording.Sessions;

/// <summary>
/// One life of one recorder: one order, one key, one tree. Records come in from any thread; one writer loop gives them their number, cuts
/// their content into parts and appends them to the spool. A session takes records until it is closed.
/// </summary>
public sealed class RecordingSession : IAsyncDisposable
{
    private RecordingSession()
    {
    }

    /// <summary>The session's name.</summary>
    public SessionId Id => throw new NotImplementedException();

    /// <summary>Fingerprint of the session's key, <c>SHA256:…</c>: what an operator notes down to trust later.</summary>
    public string Fingerprint => throw new NotImplementedException();

    /// <summary>What this start found in the spool and did with it.</summary>
    public RecoveryReport Recovery => throw new NotImplementedException();

    /// <summary>Figures of the session, for metrics; read at any time.</summary>
    public SessionCounters Counters => throw new NotImplementedException();

    /// <summary>Completes, faulted, when the session can no longer write; completes when it is closed.</summary>
    public Task Completion => throw new NotImplementedException();

    /// <summary>
    /// Recovers what earlier processes left in the spool and gives the session to record to: the newest left session where its key is kept and
    /// its identity is the same, else a new one that signs for those whose keys are lost.
    /// </summary>
    public static ValueTask<RecordingSession> StartAsync(
        RecordingSpool spool, SessionIdentity identity, SessionOptions options, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Opens the session that follows this one. Close this one with it when its channels have moved.</summary>
    public ValueTask<RecordingSession> OpenNextAsync(SessionIdentity identity, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>A number for a new channel; from 1.</summary>
    public long NextChannel() => throw new NotImplementedException();

    /// <summary>A pooled draft, dated now.</summary>
    public RecordDraft NewDraft(string kind, long channel) => throw new NotImplementedException();

    /// <summary>Appends a record and takes the draft over. Completes when the mode's promise is kept.</summary>
    /// <exception cref="SpoolFullException">Strict: the spool stayed full.</exception>
    /// <exception cref="RecordingFailedException">The session cannot write any more.</exception>
    public ValueTask AppendAsync(RecordDraft record, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Begins a record whose body arrives in pieces and takes the draft over. Nothing is written before the first append.</summary>
    /// <param name="first">The record, with the fields that come before the body.</param>
    /// <param name="continuationKind">Kind of the records that carry the rest of a long body.</param>
    /// <param name="cutter">Says where the body is cut; null: not at all.</param>
    /// <param name="events">Keep the arrival time of every piece.</param>
    public RecordStream Begin(RecordDraft first, string continuationKind, IBodyCutter? cutter, bool events = false) =>
        throw new NotImplementedException();

    /// <summary>Adds a row to the index object that goes with the chunk at the next seal. Derived data: may be lost in a crash.</summary>
    public void AddIndexRow(IndexRow row) => throw new NotImplementedException();

    /// <summary>
    /// HMAC-SHA256 with a secret of this session that is kept beside its key, for <c>truncated</c> records: says later whether a given body
    /// is the one that was cut, and tells nobody anything before.
    /// </summary>
    public SessionDigest NewKeyedDigest() => throw new NotImplementedException();

    /// <summary>Completes when everything appended before is written to the spool.</summary>
    public ValueTask FlushAsync(CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Syncs the spool and signs a head over everything appended before.</summary>
    public ValueTask SignHeadAsync(CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Seals the open chunk with everything appended before. Completes when the chunk is in place for shipping.</summary>
    public ValueTask SealAsync(CancellationToken ct) => throw new NotImplementedException();

    /// <summary>
    /// Ends the session: open streams are cut (<c>recorderStopped</c>), <c>session.closed</c> is written, the last chunk sealed and close.json
    /// put into the spool. Idempotent. Does not wait for shipping.
    /// </summary>
    /// <param name="reason"><c>stopped</c>, <c>maxAge</c>, <c>size</c>, <c>idle</c>.</param>
    /// <param name="next">The session that follows, where this is a rotation.</param>
    /// <param name="ct">Gives up; the next start recovers.</param>
    public ValueTask CloseAsync(string reason, RecordingSession? next, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Stops without closing: what is queued is written, nothing is sealed. The next start recovers. A closed session: nothing.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

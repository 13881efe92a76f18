using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Parts;

namespace K8sRecorder.Recording.Sessions;

/// <summary>
/// A record whose body arrives in pieces. The record is written at the end of the body, or earlier with <c>"more":true</c> (1 MiB gathered,
/// head interval, seal), and then goes on in records of the continuation kind. One call at a time per stream.
/// </summary>
[SuppressMessage("Naming", "CA1711", Justification = "a stream in the protocols' sense, as the other types of this path name it")]
[SuppressMessage("Design", "CA1001", Justification = "the writer gives the buffer back when it takes the last piece")]
public sealed class RecordStream
{
    // what a span takes while it waits, with its tag; text full of secrets has more of them than text
    private const int SpanWeight = 86;

    private readonly Lock _gate = new();
    private readonly Intake _intake;
    private readonly DraftPool _drafts;
    private readonly SessionOptions _options;
    private readonly PooledBytes _bytes = new();
    private readonly List<ContentSpan> _spans = [];
    private readonly List<StreamPiece> _pieces = [];
    private string? _coding;
    private RecordDraft? _trailer;
    private int _weight;
    private int _firstWeight;
    private bool _posted;
    private bool _everPosted;
    private bool _dropped;
    private bool _completed;

    internal RecordStream(Intake intake, DraftPool drafts, SessionOptions options, StreamBody body)
    {
        _intake = intake;
        _drafts = drafts;
        _options = options;
        Body = body;
        _firstWeight = body.First!.Weight;
    }

    /// <summary>Content coding of the wire form, written into the bodies from now on; null where decoding did not succeed.</summary>
    public string? Coding
    {
        get
        {
            lock (_gate)
                return _coding;
        }

        set
        {
            lock (_gate)
                _coding = value;
        }
    }

    /// <summary>What the writer loop has of the stream; only the loop touches it.</summary>
    internal StreamBody Body { get; }

    /// <summary>
    /// Takes the next piece, at most 4 MiB. Completes when the mode's promise is kept for the first record's own fields and for every byte so
    /// far: in Strict the bytes may be forwarded then. An empty piece is allowed, e.g. to account for a message's head before its body comes.
    /// </summary>
    /// <param name="masked">Masked bytes; copied.</param>
    /// <param name="spans">What was masked, offsets from the start of the stream's masked bytes; ascending.</param>
    /// <param name="wireBytes">Bytes this piece had on the wire.</param>
    /// <param name="pending">Clear bytes that were forwarded, or will be once this completes, and that the masker still holds.</param>
    /// <param name="ct">Gives up waiting; the piece may still be recorded.</param>
    /// <exception cref="SpoolFullException">Strict: the spool stayed full.</exception>
    /// <exception cref="RecordingFailedException">The session cannot write any more.</exception>
    public async ValueTask AppendAsync(
        ReadOnlyMemory<byte> masked, IReadOnlyList<ContentSpan>? spans, int wireBytes, int pending, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(masked.Length, RecordDraft.MaxContent);
        ObjectDisposedException.ThrowIf(_completed, this);
        var weight = masked.Length + 64 + _firstWeight + ((spans?.Count ?? 0) * SpanWeight);
        if (_dropped || !await _intake.AdmitAsync(weight, 0, ct))
        {
            // The body may not go on after a hole: the rest is dropped too, and the gap counts it. A message of which nothing is there is
            // counted at its first piece: its end may never come.
            if (_dropped)
                _intake.Drop(0, masked.Length);
            else if (!_everPosted)
                _intake.Drop(1, 0);
            _dropped = true;
            return;
        }

        _firstWeight = 0;
        var now = _options.Time.GetUtcNow();
        bool post;
        lock (_gate)
        {
            _bytes.Write(masked.Span);
            if (spans is not null)
                _spans.AddRange(spans);
            _pieces.Add(new StreamPiece(masked.Length, wireBytes, pending, now));
            _weight += weight;
            post = !_posted;
            _posted = true;
        }

        await PostAsync(post, now, ct);
    }

    /// <summary>Ends the body and writes the last record of the stream. The stream is not usable afterwards.</summary>
    /// <param name="trailerFields">Sets fields that follow the body: trailers, cut, error. Called before this returns.</param>
    /// <param name="ct">Gives up waiting; the record may still be written.</param>
    public async ValueTask CompleteAsync(Action<RecordDraft>? trailerFields, CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        var now = _options.Time.GetUtcNow();
        var trailer = _drafts.Rent(Body.ContinuationKind, Body.Channel, now);
        trailerFields?.Invoke(trailer);
        var weight = trailer.Weight + _firstWeight;
        if (_dropped || !await _intake.AdmitAsync(weight, 1, ct))
        {
            _dropped = true;
            trailer.Clear();
            trailer.Set("cut", "limit");
            weight = 0;
            if (!_everPosted)
            {
                _completed = true;
                return;
            }
        }

        bool post;
        lock (_gate)
        {
            _trailer = trailer;
            _weight += weight;
            _completed = true;
            post = !_posted;
            _posted = true;
        }

        await PostAsync(post, now, ct);
    }

    /// <summary>Moves what came into <see cref="Body"/>, whole pieces, until it holds this much or more. Called by the writer loop.</summary>
    /// <param name="bytes">When to stop: what waits here may be as large as the queue, and each step behind has a copy of what is taken.</param>
    /// <param name="trailer">The last fields, where the stream is complete and nothing is left here.</param>
    /// <param name="given">Bytes that were admitted for it.</param>
    /// <returns>Whether something is left.</returns>
    internal bool Take(int bytes, out RecordDraft? trailer, out int given)
    {
        lock (_gate)
        {
            var (at, taken) = (0, 0);
            Body.Coding = _coding;
            while (taken < _pieces.Count && (taken == 0 || Body.Bytes.Length < bytes))
            {
                var piece = _pieces[taken++];
                Body.Add(_bytes.Span.Slice(at, piece.Length), piece.Wire, piece.Pending, piece.At);
                at += piece.Length;
            }

            trailer = null;
            var left = taken < _pieces.Count;
            var spans = left ? _spans.FindIndex(span => span.At >= Body.Base + Body.Bytes.Length) : _spans.Count;
            spans = spans < 0 ? _spans.Count : spans;
            Body.Spans.AddRange(CollectionsMarshal.AsSpan(_spans)[..spans]);
            _spans.RemoveRange(0, spans);
            _pieces.RemoveRange(0, taken);
            given = left ? at : _weight;
            _weight -= given;
            if (left)
            {
                _bytes.Consume(at);
                return true;
            }

            if (_completed)
                _bytes.Dispose();
            else
                _bytes.Reset();
            trailer = _trailer;
            _trailer = null;
            _posted = false;
            return false;
        }
    }

    private ValueTask PostAsync(bool post, DateTimeOffset now, CancellationToken ct)
    {
        _everPosted = true;
        if (_options.Mode != RecordingMode.Strict)
        {
            if (post)
                _intake.Post(new WorkItem(WorkKind.Stream, now) { Stream = this });
            return ValueTask.CompletedTask;
        }

        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _intake.Post(new WorkItem(WorkKind.Stream, now) { Stream = this, Waiter = waiter });
        return new ValueTask(waiter.Task.WaitAsync(ct));
    }
}

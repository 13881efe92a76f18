using K8sRecorder.Soak.SidecarKill.Oracle;

namespace K8sRecorder.Soak.SidecarKill.Judging;

/// <summary>
/// Holds the recording against what both ends noted. In Strict, whatever either end received is in the recording or counted as pending. In the
/// other modes a kill may cost what the writer had not written, which is a tail: there is a moment in each killed life before which
/// everything is there. It is no earlier than the start of the newest exchange of which anything was found.
/// </summary>
internal sealed class Judge(Notebook notes, RecordedStore recorded, IReadOnlyList<LifeFacts> lives, bool mayDrop, Figures figures)
{
    // what may wait for the writer (SessionOptions.QueueBytes) and one piece on the way
    private const long QueueBytes = (8 + 4) << 20;

    private readonly List<string> _failures = [];
    private readonly Dictionary<int, long> _provenUntil = [];
    private readonly Dictionary<int, long> _lostBytes = [];
    private long _dropped;

    public IReadOnlyList<string> Failures => _failures;

    public void Run()
    {
        _failures.AddRange(recorded.Problems);
        _failures.AddRange(notes.Wrongs);
        foreach (var life in lives)
            _provenUntil[life.Number] = life.Lossy ? 0 : long.MaxValue;
        foreach (var note in notes.All)
        {
            if (recorded.ById.ContainsKey(note.Id))
                _provenUntil[note.Life] = Math.Max(_provenUntil[note.Life], note.StartedAt);
        }
        foreach (var (id, exchange) in recorded.ById)
        {
            if (notes.Find(id) is null)
                _failures.Add($"{exchange.Name} records {id}, which nobody sent");
        }
        foreach (var note in notes.All)
            JudgeExchange(note);
        // where what names an exchange was dropped, the rest of it is there and cannot be told
        var nameless = recorded.Nameless.Sum(exchange => (exchange.Request is null ? 0 : 1) + (exchange.Response is null ? 0 : 1));
        var counted = recorded.Gaps.Sum(gap => gap.Records);
        if (mayDrop && _dropped > counted + nameless)
            _failures.Add($"{_dropped} messages are not there, the gaps count {counted} records, and {nameless} messages have lost their name");
        foreach (var (life, bytes) in mayDrop ? [] : _lostBytes)
        {
            figures.Highest("most-lost-bytes", bytes);
            if (bytes > QueueBytes)
                _failures.Add($"life {life} lost {bytes} bytes: more than can wait for the writer");
        }
        foreach (var untold in recorded.Nameless.Where(n => !mayDrop && n.Request is { Text.Length: > 40 } or { Pending: 0, Text.Length: > 0 }))
            _failures.Add($"{untold.Name} cannot be told: {Shown(untold.Request!.Text.Span)}");
    }

    private void JudgeExchange(ExchangeNote note)
    {
        var found = recorded.ById.GetValueOrDefault(note.Id);
        var until = _provenUntil[note.Life];
        figures.Add("exchanges");
        if (note.Request.Times > 0)
            figures.Add("requests");
        if (note.Response.IsComplete)
            figures.Add("responses");
        figures.Add("bytes", note.Request.Bytes + note.Response.Bytes);
        var isTcp = note.Plan.IsTcp;
        if (isTcp || note.Plan.HasRequestBody || note.Request.HeadAt > 0)
        {
            var body = isTcp || note.Plan.HasRequestBody ? note.Plan.Request(notes.Canaries) : null;
            JudgeMessage(note, "request", note.Request, found?.Request, body, note.Plan.HasRequestBody || isTcp ? body!.Clear.Length : 0, until, coded: false);
        }
        if (note.OwnAnswer is not null)
            JudgeOwnAnswer(note, found, until);
        else
        {
            var text = note.Plan.Response(notes.Canaries);
            var coded = note.Plan.Kind == ExchangeKind.Coded;
            JudgeMessage(note, "response", note.Response, found?.Response, text, coded ? -1 : text.Clear.Length, until, coded);
        }
    }

    private void JudgeMessage(
        ExchangeNote note, string side, Arrival arrival, RecordedMessage? message, SoakText? text, long length, long until, bool coded)
    {
        var what = $"{side} of {note.Id} ({note.Plan.Kind}, life {note.Life})";
        var due = arrival.BytesBefore(until);
        var isDue = (arrival.HeadAt > 0 && arrival.HeadAt < until) || due > 0;
        if (message is null)
        {
            if (isDue && IsExcused(note))
                _dropped++;
            else if (isDue)
                Fail($"{what}: {arrival.Bytes} bytes {(arrival.IsComplete ? "and its end " : "")}arrived, and nothing is recorded");
            Lost(note, arrival.HeadAt > 0 ? arrival.Bytes + 1 : 0);
            return;
        }
        if (message.IsDamaged)
            Fail($"{what}: a part of it cannot be read");
        if (message.GoesOn)
            Fail($"{what}: the recording says that it goes on, and it does not");
        if (message.IsOwnAnswer && arrival.Bytes == 0)
            return; // the recorder's own answer, which nobody received
        var accounted = coded || text is null ? message.Wire : AccountedFor(message, text, what);
        if (accounted < due && !IsExcused(note))
            Fail($"{what}: {due} bytes arrived, {accounted} are recorded ({message.Text.Length} as text, {message.Pending} pending, wire {message.Wire}, cut {message.Cut})");
        Lost(note, arrival.Bytes - accounted);
        if (!coded && text is not null && message.Wire != accounted && message.Cut != "limit")
            Fail($"{what}: wire says {message.Wire} bytes, text and pending say {accounted}");

        var isWhole = text is null || message.Text.Span.SequenceEqual(text.Masked.Span);
        // an end that a connection makes is nobody's proof, see TcpAgent and FramedConnection
        var completeIsDue = !note.Plan.IsTcp && arrival.IsComplete && arrival.CompleteAt < until;
        if (completeIsDue && (!isWhole || message.Cut is not null || message.Pending > 0) && !IsExcused(note))
            Fail($"{what}: it arrived in full, and the recording has {message.Text.Length} bytes of text, {message.Pending} pending, cut {message.Cut}");
        if (message is { Cut: null, Pending: 0 } && !isWhole && message.Status is null or 200)
            Fail($"{what}: recorded as whole with {message.Text.Length} bytes of text, wire {message.Wire}, of {length}");
    }

    /// <summary>Clear bytes that the recorded text and its pending count stand for.</summary>
    private long AccountedFor(RecordedMessage message, SoakText expected, string what)
    {
        var recordedText = message.Text.Span;
        var same = recordedText.CommonPrefixLength(expected.Masked.Span);
        if (same == recordedText.Length)
        {
            var clear = expected.ClearLengthOf(same);
            // cut inside a secret of which enough was there to know it: its marker stands for the part that was
            if (message is { Cut: not null, Pending: 0 } && message.Wire < clear && message.Wire > expected.ClearLengthOf(same - 1, insideIsStart: true))
                return message.Wire;
            if (clear >= 0)
                return clear + message.Pending;
        }
        else if (message.Cut is not null && CutSecret.IsOne(expected, recordedText, same, message.Wire - message.Pending))
            return message.Wire;
        Fail($"{what}: the text is another at byte {same} of {recordedText.Length}: {Shown(recordedText[same..])}");
        return 0;
    }

    private void JudgeOwnAnswer(ExchangeNote note, RecordedExchange? found, long until)
    {
        figures.Add($"own-answers-{note.Status}");
        if (!note.Response.IsComplete || note.Response.CompleteAt >= until || IsExcused(note))
            return;
        if (found?.Response is not { } message)
            Fail($"own answer {note.Status} to {note.Id} (life {note.Life}) is not recorded: {Shown(note.OwnAnswer!.ToArray())}");
        else if (message.Status != note.Status || !message.Text.Span.SequenceEqual(note.OwnAnswer!.ToArray()))
            Fail($"own answer {note.Status} to {note.Id} is recorded as {message.Status} with another text");
    }

    private void Lost(ExchangeNote note, long bytes)
    {
        if (bytes > 0)
            _lostBytes[note.Life] = _lostBytes.GetValueOrDefault(note.Life) + bytes;
    }

    /// <summary>Whether a gap record stands for the time of an exchange.</summary>
    private bool IsExcused(ExchangeNote note)
    {
        if (!mayDrop)
            return false;
        // a record's time is a millisecond of the sidecar's clock, ours is another's
        var slack = TimeSpan.FromMilliseconds(20);
        // an agent that is done has sent what may still be on its way
        var end = Math.Max(note.EndedAt, Math.Max(note.Request.LastAt, note.Response.LastAt));
        var (from, to) = (notes.TimeOf(note.StartedAt) - slack, notes.TimeOf(end) + slack);
        if (!recorded.Gaps.Any(gap => gap.From <= to && gap.To >= from))
            return false;
        figures.Add("excused-by-gap");
        return true;
    }

    private void Fail(string failure)
    {
        if (_failures.Count < 40)
            _failures.Add(failure);
    }

    private static string Shown(ReadOnlySpan<byte> text) => System.Text.Encoding.Latin1.GetString(text[..Math.Min(text.Length, 80)]).ReplaceLineEndings("⏎");
}

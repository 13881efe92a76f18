using K8sRecorder.Recording.Sessions;
using K8sRecorder.Sidecar.Dns.Messages;
using K8sRecorder.Sidecar.Seal;

namespace K8sRecorder.Sidecar.Record;

/// <summary>
/// The recording of one question. In Strict it is recorded before it leaves (<c>dns.query</c>), and its answer in a record of its own
/// (<c>dns.answer</c>); else both are one <c>dns.query</c>.
/// </summary>
internal sealed class DnsRecording : IDisposable
{
    private readonly DnsRecorder _recorder;
    private readonly RecorderSettings _settings;
    private readonly ReadOnlyMemory<byte> _asked;
    private readonly DnsQuestion _question;
    private readonly bool _byTcp;
    private readonly long _started;
    private SessionLease _lease;
    private long _channel;

    public DnsRecording(
        DnsRecorder recorder, SessionLease lease, RecorderSettings settings, ReadOnlyMemory<byte> asked, in DnsQuestion question, bool byTcp)
    {
        (_recorder, _lease, _settings, _asked, _question, _byTcp) = (recorder, lease, settings, asked, question, byTcp);
        _started = settings.Time.GetTimestamp();
    }

    /// <summary>The question is about to be sent to a resolver.</summary>
    public ValueTask AskedAsync()
    {
        if (!_settings.IsStrict)
            return ValueTask.CompletedTask;
        var session = _lease.Session;
        _channel = session.NextChannel();
        var draft = session.NewDraft("dns.query", _channel);
        var scratch = _recorder.Rent();
        SetQuestion(draft);
        SetContent(draft, scratch, withOptions: true);
        _recorder.Return(scratch);
        return session.AppendAsync(draft, CancellationToken.None);
    }

    /// <summary>The answer is about to be sent to the agent; it may be when this returns.</summary>
    /// <returns>False where it cannot be told in the recording and so must not be sent: it is recorded as unanswered then.</returns>
    public async ValueTask<bool> AnsweredAsync(DnsResult result)
    {
        using var place = await _recorder.EnterAsync(result.Answer.Length);
        var draft = DraftOf(result);
        await _lease.Session.AppendAsync(draft ?? Unanswered(), CancellationToken.None);
        return draft is not null;
    }

    public void Dispose() => _lease.Dispose();

    private RecordDraft Unanswered() => DraftOf(new DnsResult(Dns.DnsStatus.Unanswered)) ?? throw new InvalidOperationException("an answer that is none has no text");

    /// <summary>The record; null where the answer's text is beyond all measure.</summary>
    private RecordDraft? DraftOf(in DnsResult result)
    {
        var (question, answers) = (_recorder.Rent(), _recorder.Rent());
        try
        {
            answers.Text.Limit = DnsLimits.TextOf(result.Answer.Length);
            var least = AnswerText.Write(result.Answer.Span, Name, answers.Text);
            if (answers.Text.IsCut)
                return null;
            var draft = _lease.Session.NewDraft(_channel == 0 ? "dns.query" : "dns.answer", _channel);
            SetQuestion(draft);
            draft.Set("status", result.Status);
            draft.Set("ms", (long)_settings.Time.GetElapsedTime(_started).TotalMilliseconds);
            if (least is { } seconds)
                draft.Set("ttl", seconds);
            if (result.IsTruncated)
                draft.Set("truncated", true);
            if (result.Stripped > 0)
                draft.Set("stripped", result.Stripped);
            SetContent(draft, question, withOptions: _channel == 0);
            answers.Set(draft, "answers");
            return draft;
        }
        finally
        {
            _recorder.Return(question);
            _recorder.Return(answers);
        }
    }

    private ReadOnlySpan<byte> Name => _asked.Span.Slice(DnsLimits.Header, _question.NameLength);

    private void SetQuestion(RecordDraft draft)
    {
        draft.Set("transport", _byTcp ? "tcp" : "udp");
        if (_question.NameLength == 0)
            return; // nothing of it could be read
        draft.Set("type", DnsType.NameOf(_question.Type));
        if (_question.Class != DnsType.ClassIN)
            draft.Set("class", DnsType.NameOfClass(_question.Class));
    }

    private void SetContent(RecordDraft draft, DnsScratch scratch, bool withOptions)
    {
        if (_question.NameLength > 0)
        {
            DnsNameText.Write(Name, scratch.Text);
            scratch.Set(draft, "name");
        }
        if (!withOptions || _question.Options.Length == 0)
            return;
        OptionsText.Write(_asked.Span.Slice(_question.Options.At, _question.Options.Length), scratch.Text);
        scratch.Set(draft, "options");
    }
}

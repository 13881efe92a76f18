using K8sRecorder.Masking;
using K8sRecorder.Sidecar.Seal;

namespace K8sRecorder.Sidecar.Record;

/// <summary>Records one direction of a raw connection: <c>tcp.data</c>, with the arrival time of every piece. One call at a time.</summary>
internal sealed class TcpDirectionRecorder(MovingChannel channel, string from, RecorderSettings settings, bool onlyCounts) : IDisposable
{
    private readonly BodyRecorder _body = new(settings.Masking, settings.BodyLimit);
    private volatile bool _onlyCounts = onlyCounts;
    private SessionEpoch? _epoch;

    /// <summary>Bytes so far.</summary>
    public long Bytes { get; private set; }

    public async ValueTask BytesAsync(ReadOnlyMemory<byte> bytes)
    {
        Bytes += bytes.Length;
        if (_onlyCounts)
        {
            await EndAsync(null); // where it was read before
            return;
        }
        if (_epoch is { IsRetired: true })
            await EndAsync(CutReason.Continued);
        if (_epoch is null)
        {
            var (epoch, number) = await channel.EnterAsync();
            _epoch = epoch;
            var draft = epoch.Session.NewDraft("tcp.data", number);
            draft.Set("from", from);
            _body.Open(epoch.Session, draft, new BodyOpening(
                "tcp.data", "tcp.data", number, MaskingShape.Text, Coding: null, Cutter: null, Events: true, from));
        }
        await _body.AppendAsync(bytes, isLast: false);
    }

    /// <summary>Any thread: from the next bytes on they are counted.</summary>
    public void ReadNoMore() => _onlyCounts = true;

    /// <summary>The direction ends; all its text is recorded when this returns. A second call does nothing.</summary>
    public async ValueTask EndAsync(string? cut)
    {
        if (_epoch is not { } epoch)
            return;
        _epoch = null;
        try
        {
            await _body.CompleteAsync(cut, null, null);
        }
        finally
        {
            epoch.Leave();
        }
    }

    public void Dispose()
    {
        _body.Dispose();
        _epoch?.Leave();
        _epoch = null;
    }
}

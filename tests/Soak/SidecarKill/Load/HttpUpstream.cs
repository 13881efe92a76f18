using System.Globalization;
using System.Text;
using K8sRecorder.Soak.SidecarKill.Grounds;
using K8sRecorder.Soak.SidecarKill.Oracle;

namespace K8sRecorder.Soak.SidecarKill.Load;

/// <summary>The target: notes every request that it receives, byte for byte, and answers by the exchange's plan.</summary>
internal sealed class HttpUpstream : IAsyncDisposable
{
    public const string IdField = "x-soak-id";

    private readonly Notebook _notes;
    private readonly LoadTarget _target;

    public HttpUpstream(Notebook notes, IReadOnlyList<Road> roads)
    {
        _notes = notes;
        _target = new LoadTarget(roads, ServeAsync);
    }

    public Task QuietAsync() => _target.QuietAsync();

    public ValueTask DisposeAsync() => _target.DisposeAsync();

    private async Task ServeAsync(Line line)
    {
        using var connection = new FramedConnection(line);
        try
        {
            while (await connection.ReadHeadAsync() is { } head)
            {
                if (!await AnswerAsync(connection, head))
                    return;
            }
        }
        catch (Exception failure) when (failure is FormatException or OverflowException)
        {
            _notes.Wrong($"upstream: cannot read a request: {failure.Message}");
        }
    }

    private async Task<bool> AnswerAsync(FramedConnection connection, string head)
    {
        if (Framing.Field(head, IdField) is not { } id || _notes.Find(id) is not { } note)
        {
            _notes.Wrong($"upstream: a request that nobody sent: {head.Split('\r')[0]}");
            return false;
        }
        var plan = note.Plan;
        var again = note.Request.Times > 0;
        note.Request.Head(Notebook.Now);
        var expected = plan.HasRequestBody ? plan.Request(_notes.Canaries).Clear : default;
        var complete = await connection.ReadBodyAsync(Framing.Of(head, isRequest: true), piece =>
        {
            if (again)
                return true;
            var at = (int)note.Request.Bytes;
            if (at + piece.Length > expected.Length || !piece.Span.SequenceEqual(expected.Span.Slice(at, piece.Length)))
                _notes.Wrong($"upstream: the request of {id} is another at byte {at}");
            note.Request.Body(piece.Length, Notebook.Now);
            return true;
        });
        if (!complete)
            return false;
        if (!again)
        {
            note.Request.Complete(Notebook.Now);
            if (note.Request.Bytes != expected.Length)
                _notes.Wrong($"upstream: the request of {id} ended after {note.Request.Bytes} of {expected.Length} bytes");
        }
        return await RespondAsync(connection.Line, plan);
    }

    private async Task<bool> RespondAsync(Line line, Plan plan)
    {
        var body = plan.OnWire(plan.Response(_notes.Canaries));
        var chunked = plan.Kind is ExchangeKind.Chunked or ExchangeKind.Events or ExchangeKind.EventsLeft;
        var untilClose = plan.Kind == ExchangeKind.UntilClose;
        var head = new StringBuilder("HTTP/1.1 200 OK\r\n").Append(IdField).Append(": ").Append(plan.Id).Append("\r\nContent-Type: ")
            .Append(Plan.MediaType(plan.ResponseForm)).Append("\r\n");
        if (plan.Kind == ExchangeKind.Coded)
            head.Append("Content-Encoding: gzip\r\n");
        head.Append(chunked ? "Transfer-Encoding: chunked\r\n" : untilClose ? "Connection: close\r\n"
            : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n"));
        head.Append("\r\n");
        var sent = await Pieces.SendAsync(
            line, body, plan.PieceBytes, plan.PauseMilliseconds, chunked, Encoding.Latin1.GetBytes(head.ToString()));
        if (untilClose)
            await line.EndSendingAsync();
        return sent && !untilClose;
    }
}

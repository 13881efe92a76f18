using System.Text;
using K8sRecorder.Soak.SidecarKill.Oracle;

namespace K8sRecorder.Soak.SidecarKill.Load;

/// <summary>One agent: sends exchanges one after the other, over kept and over new connections, and notes what it receives until the connection dies.</summary>
internal sealed class HttpAgent(Notebook notes, Dialling dialling, int life, Random random, LoadSignal signal)
{
    public async Task RunAsync()
    {
        while (!signal.IsStopping)
        {
            using var line = await dialling.DialAsync();
            if (line is null)
                return;
            using var connection = new FramedConnection(line);
            var exchanges = random.Next(4) == 0 ? 1 : random.Next(2, 20);
            for (var n = 0; n < exchanges && !signal.IsStopping; n++)
            {
                var plan = Plan.Http(notes.NextId(), random);
                var note = notes.Begin(plan, life);
                var isKept = await ExchangeAsync(connection, note, n == exchanges - 1);
                note.EndedAt = Notebook.Now;
                if (note.Response.IsComplete)
                    signal.Answered();
                if (!isKept)
                    break;
                if (random.Next(3) == 0)
                    await Task.Delay(random.Next(1, 8));
            }
        }
    }

    private async Task<bool> ExchangeAsync(FramedConnection connection, ExchangeNote note, bool last)
    {
        var plan = note.Plan;
        var sending = SendAsync(connection.Line, plan, last);
        var kept = await ReceiveAsync(connection, note);
        if (!kept)
            connection.Dispose();
        await sending;
        return kept && !last && note.Status == 200;
    }

    private async Task SendAsync(Line line, Plan plan, bool last)
    {
        var chunked = plan.Kind == ExchangeKind.UploadChunked;
        var method = !plan.HasRequestBody ? "GET" : plan.Kind is ExchangeKind.Upload or ExchangeKind.UploadChunked ? "PUT" : "POST";
        var head = new StringBuilder().Append(method).Append(" /soak/").Append(plan.Id).Append(" HTTP/1.1\r\nHost: soak.test\r\n")
            .Append(HttpUpstream.IdField).Append(": ").Append(plan.Id).Append("\r\n");
        if (last)
            head.Append("Connection: close\r\n");
        if (!plan.HasRequestBody)
        {
            await line.SendAsync(Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()));
            return;
        }
        var body = plan.Request(notes.Canaries).Clear;
        head.Append("Content-Type: ").Append(Plan.MediaType(plan.RequestForm)).Append("\r\n");
        if (chunked)
            head.Append("Transfer-Encoding: chunked\r\n\r\n");
        else
            head.Append("Content-Length: ").Append(body.Length).Append("\r\n\r\n");
        await Pieces.SendAsync(line, body, plan.PieceBytes, plan.PauseMilliseconds, chunked, Encoding.Latin1.GetBytes(head.ToString()));
    }

    private async Task<bool> ReceiveAsync(FramedConnection connection, ExchangeNote note)
    {
        string? head;
        do
        {
            if ((head = await connection.ReadHeadAsync()) is null)
                return false;
        }
        while (head.StartsWith("HTTP/1.1 1", StringComparison.Ordinal));
        note.Response.Head(Notebook.Now);
        note.Status = int.Parse(head.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture);
        var framing = Framing.Of(head, isRequest: false);
        if (note.Status != 200 || Framing.Field(head, HttpUpstream.IdField) != note.Id)
            return await ReceiveOwnAnswerAsync(connection, note, framing);
        var plan = note.Plan;
        var expected = plan.OnWire(plan.Response(notes.Canaries));
        var leaveAt = plan.Kind == ExchangeKind.EventsLeft ? expected.Length / 2 : long.MaxValue;
        var complete = await connection.ReadBodyAsync(framing, piece =>
        {
            var at = (int)note.Response.Bytes;
            if (at + piece.Length > expected.Length || !piece.Span.SequenceEqual(expected.Span.Slice(at, piece.Length)))
                notes.Wrong($"client: the response to {note.Id} is another at byte {at}");
            note.Response.Body(piece.Length, Notebook.Now);
            return note.Response.Bytes < leaveAt;
        });
        if (!complete)
            return false;
        if (note.Response.Bytes != expected.Length)
            notes.Wrong($"client: the response to {note.Id} ended after {note.Response.Bytes} of {expected.Length} bytes");
        note.Response.Complete(Notebook.Now);
        return true;
    }

    private static async Task<bool> ReceiveOwnAnswerAsync(FramedConnection connection, ExchangeNote note, Framing framing)
    {
        note.OwnAnswer = new MemoryStream();
        var complete = await connection.ReadBodyAsync(framing, piece =>
        {
            note.OwnAnswer.Write(piece.Span);
            note.Response.Body(piece.Length, Notebook.Now);
            return true;
        });
        if (complete)
            note.Response.Complete(Notebook.Now);
        return complete;
    }
}

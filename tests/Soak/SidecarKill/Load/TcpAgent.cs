using K8sRecorder.Soak.SidecarKill.Oracle;

namespace K8sRecorder.Soak.SidecarKill.Load;

/// <summary>An agent on raw connections, one exchange each.</summary>
internal sealed class TcpAgent(Notebook notes, Dialling dialling, int life, Random random, LoadSignal signal)
{
    public async Task RunAsync()
    {
        while (!signal.IsStopping)
        {
            using var line = await dialling.DialAsync();
            if (line is null)
                return;
            var note = notes.Begin(Plan.Tcp(notes.NextId(), random), life);
            var sending = TalkAsync(line, note.Plan);
            await ListenAsync(line, note);
            note.EndedAt = Notebook.Now;
            await sending;
        }
    }

    private async Task TalkAsync(Line line, Plan plan)
    {
        if (await Pieces.SendAsync(line, plan.Request(notes.Canaries).Clear, plan.PieceBytes, plan.PauseMilliseconds, chunked: false))
            await line.EndSendingAsync();
    }

    private async Task ListenAsync(Line line, ExchangeNote note)
    {
        var expected = note.Plan.Response(notes.Canaries).Clear;
        var buffer = new byte[16 << 10];
        while (await line.ReceiveAsync(buffer) is var read and >= 0)
        {
            if (read == 0)
            {
                // a killed recorder's end looks the same: in full is what has all bytes and an end
                if (note.Response.Bytes == expected.Length)
                    note.Response.Complete(Notebook.Now);
                return;
            }
            var at = (int)note.Response.Bytes;
            if (note.Response.HeadAt == 0)
                note.Response.Head(Notebook.Now);
            if (at + read > expected.Length || !buffer.AsSpan(0, read).SequenceEqual(expected.Span.Slice(at, read)))
                notes.Wrong($"client: what the target says in {note.Id} is other at byte {at}");
            note.Response.Body(read, Notebook.Now);
        }
    }
}

using System.Text;
using K8sRecorder.Soak.SidecarKill.Grounds;
using K8sRecorder.Soak.SidecarKill.Oracle;

namespace K8sRecorder.Soak.SidecarKill.Load;

/// <summary>The target of raw connections: what it hears first names the exchange; then it talks while it listens.</summary>
internal sealed class TcpUpstream : IAsyncDisposable
{
    private readonly Notebook _notes;
    private readonly LoadTarget _target;

    public TcpUpstream(Notebook notes, IReadOnlyList<Road> roads)
    {
        _notes = notes;
        _target = new LoadTarget(roads, ServeAsync);
    }

    public Task QuietAsync() => _target.QuietAsync();

    public ValueTask DisposeAsync() => _target.DisposeAsync();

    private async Task ServeAsync(Line line)
    {
        using var owned = line;
        var buffer = new byte[16 << 10];
        var first = new MemoryStream();
        ExchangeNote? note = null;
        ReadOnlyMemory<byte> expected = default;
        var talking = Task.CompletedTask;
        while (await line.ReceiveAsync(buffer) is var read and >= 0)
        {
            if (read == 0)
            {
                note?.Request.Complete(Notebook.Now);
                break;
            }
            var piece = buffer.AsMemory(0, read);
            if (note is null)
            {
                first.Write(piece.Span);
                if ((note = Name(first)) is null)
                    continue;
                note.Request.Head(Notebook.Now);
                expected = note.Plan.Request(_notes.Canaries).Clear;
                piece = first.ToArray();
                var plan = note.Plan;
                talking = TalkAsync(line, plan);
            }
            var at = (int)note.Request.Bytes;
            if (at + piece.Length > expected.Length || !piece.Span.SequenceEqual(expected.Span.Slice(at, piece.Length)))
                _notes.Wrong($"upstream: what the agent says in {note.Id} is other at byte {at}");
            note.Request.Body(piece.Length, Notebook.Now);
        }
        await talking;
    }

    private async Task TalkAsync(Line line, Plan plan)
    {
        if (await Pieces.SendAsync(line, plan.Response(_notes.Canaries).Clear, plan.PieceBytes, plan.PauseMilliseconds, chunked: false))
            await line.EndSendingAsync();
    }

    private ExchangeNote? Name(MemoryStream first)
    {
        var text = Encoding.ASCII.GetString(first.ToArray());
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? null : _notes.Find(text[..space]);
    }
}

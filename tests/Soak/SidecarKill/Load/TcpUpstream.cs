using System.Net.Sockets;
using System.Text;
using K8sRecorder.Soak.SidecarKill.Oracle;

namespace K8sRecorder.Soak.SidecarKill.Load;

/// <summary>The target of raw connections: what it hears first names the exchange; then it talks while it listens.</summary>
internal sealed class TcpUpstream : IAsyncDisposable
{
    private readonly Notebook _notes;
    private readonly LoopbackTarget _target;

    public TcpUpstream(Notebook notes)
    {
        _notes = notes;
        _target = new LoopbackTarget(ServeAsync);
    }

    public int Port => _target.Port;

    public Task QuietAsync() => _target.QuietAsync();

    public ValueTask DisposeAsync() => _target.DisposeAsync();

    private async Task ServeAsync(Socket socket)
    {
        using var owned = socket;
        var buffer = new byte[16 << 10];
        var first = new MemoryStream();
        ExchangeNote? note = null;
        ReadOnlyMemory<byte> expected = default;
        var talking = Task.CompletedTask;
        while (await TcpAgent.ReceiveAsync(socket, buffer) is var read and >= 0)
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
                talking = TalkAsync(socket, plan);
            }
            var at = (int)note.Request.Bytes;
            if (at + piece.Length > expected.Length || !piece.Span.SequenceEqual(expected.Span.Slice(at, piece.Length)))
                _notes.Wrong($"upstream: what the agent says in {note.Id} is other at byte {at}");
            note.Request.Body(piece.Length, Notebook.Now);
        }
        await talking;
    }

    private async Task TalkAsync(Socket socket, Plan plan)
    {
        if (await Pieces.SendAsync(socket, plan.Response(_notes.Canaries).Clear, plan.PieceBytes, plan.PauseMilliseconds, chunked: false))
            TcpAgent.EndSending(socket);
    }

    private ExchangeNote? Name(MemoryStream first)
    {
        var text = Encoding.ASCII.GetString(first.ToArray());
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? null : _notes.Find(text[..space]);
    }
}

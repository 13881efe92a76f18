using System.Net.Sockets;
using K8sRecorder.Soak.SidecarKill.Oracle;

namespace K8sRecorder.Soak.SidecarKill.Load;

/// <summary>An agent on raw connections, one exchange each.</summary>
internal sealed class TcpAgent(Notebook notes, int port, int life, Random random, LoadSignal signal)
{
    public async Task RunAsync()
    {
        while (!signal.IsStopping)
        {
            using var socket = await Dialling.DialAsync(port, signal);
            if (socket is null)
                return;
            var note = notes.Begin(Plan.Tcp(notes.NextId(), random), life);
            var sending = TalkAsync(socket, note.Plan);
            await ListenAsync(socket, note);
            note.EndedAt = Notebook.Now;
            await sending;
        }
    }

    /// <summary>-1: the connection was reset.</summary>
    public static async ValueTask<int> ReceiveAsync(Socket socket, Memory<byte> buffer)
    {
        try
        {
            return await socket.ReceiveAsync(buffer);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            return -1;
        }
    }

    public static void EndSending(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // it is gone already
        }
    }

    private async Task TalkAsync(Socket socket, Plan plan)
    {
        if (await Pieces.SendAsync(socket, plan.Request(notes.Canaries).Clear, plan.PieceBytes, plan.PauseMilliseconds, chunked: false))
            EndSending(socket);
    }

    private async Task ListenAsync(Socket socket, ExchangeNote note)
    {
        var expected = note.Plan.Response(notes.Canaries).Clear;
        var buffer = new byte[16 << 10];
        while (await ReceiveAsync(socket, buffer) is var read and >= 0)
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

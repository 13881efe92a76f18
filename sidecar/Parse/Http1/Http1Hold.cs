using System.Buffers;
using K8sRecorder.Sidecar.Guard;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>
/// Holds a request's body until the guard has seen enough of it. It stays in the connection's buffer as it came and goes on from there;
/// only of a chunked one the data is put together beside it. For one request.
/// </summary>
internal sealed class Http1Hold(Http1Connection connection, HttpHead head, Http1Body body, BodyJudge judge)
{
    private static readonly byte[] Continue = "HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray();

    private readonly ArrayBufferWriter<byte> _gathered = new();

    /// <summary>What is here of the body now.</summary>
    public Http1Piece Held { get; private set; }

    /// <summary>Whether it breaks its own framing; then there is no denial.</summary>
    public bool IsBadBody { get; private set; }

    /// <param name="first">What came with the head.</param>
    /// <param name="needsNoContinue">Whether the agent does not wait for leave to send the rest.</param>
    public async ValueTask<GuardDenial?> RunAsync(Http1Piece first, bool needsNoContinue)
    {
        var isInPlace = head.Has(HttpFieldName.ContentLength);
        Held = first;
        if (!isInPlace && !first.IsLast)
            Gather(first.Data);
        while (true)
        {
            if (Held.IsLast && Held.Wire >= LargeHeads.From * 4)
                await Task.Yield(); // reading it takes a while, and this may be the thread that all sockets are read on
            var step = judge.Look(Held.Data, Held.Wire, Held.IsLast);
            if (step == BodyStep.Deny)
                return judge.Denial;
            if (step == BodyStep.Pass)
                return null;
            if (!needsNoContinue && Held.Wire == 0 && head.Has(HttpFieldName.Expect))
                await connection.Agent.SendAsync(Continue); // the target cannot give it: it does not know of the request yet
            needsNoContinue = true;
            if (!connection.Room.TryHoldBody((connection.In.Count + Http1Connection.BodyBytes) * 2)) // buffers double
                return judge.DenyForNow();
            var read = await connection.ReceiveFromAgentAsync(Http1Connection.BodyBytes);
            connection.In.Added(read);
            head.Bind(connection.In.Bytes, connection.In.At, head.Length);
            if (read == 0)
            {
                connection.NoteAgentLeft();
                throw new IOException("the agent left within its request");
            }
            if (!TakeMore(isInPlace))
                return null;
        }
    }

    private bool TakeMore(bool isInPlace)
    {
        var source = connection.In;
        var at = head.Length + Held.Wire;
        IsBadBody = body.Take(source.Bytes, source.At + at, source.Count - at, out var piece) == ParseStatus.Invalid;
        var wire = Held.Wire + piece.Wire;
        if (isInPlace)
            Held = new Http1Piece(wire, source.Bytes.AsMemory(source.At + head.Length, wire), piece.IsLast);
        else
        {
            Gather(piece.Data);
            Held = new Http1Piece(wire, _gathered.WrittenMemory, piece.IsLast);
        }
        return !IsBadBody;
    }

    private void Gather(ReadOnlyMemory<byte> data) => _gathered.Write(data.Span);
}

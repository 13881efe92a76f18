using System.Net;
using System.Net.Sockets;

namespace K8sRecorder.Sidecar.Init;

/// <summary>How a connection attempt stands. All of it happens on lo while the call runs; whatever is still open then went elsewhere.</summary>
internal enum Attempt
{
    Connected,
    Refused,
    Absent,
    Waiting,
}

/// <summary>A connection that is tried as an agent would, without waiting for anybody far away.</summary>
internal sealed class TriedConnection : IDisposable
{
    /// <summary>Microseconds: far more than lo takes, in case its softirq is on another, busy processor.</summary>
    public const int Patience = 200_000;

    private readonly Socket _socket;

    private TriedConnection(Socket socket, Attempt attempt)
    {
        _socket = socket;
        Attempt = attempt;
    }

    public Attempt Attempt { get; }

    public Socket Socket => _socket;

    /// <param name="uid">Whose socket it is.</param>
    /// <param name="family">The family of the destination.</param>
    /// <param name="to">The destination.</param>
    /// <param name="microseconds">How long to wait where nothing came at once; 0 where nothing is meant to come.</param>
    public static TriedConnection To(uint uid, Family family, IPEndPoint to, int microseconds = Patience)
    {
        var socket = ThreadUid.As(uid, () => new Socket(family.Kind, SocketType.Stream, ProtocolType.Tcp) { Blocking = false });
        return new TriedConnection(socket, Try(socket, to, microseconds));
    }

    public void Dispose() => _socket.Dispose();

    private static Attempt Try(Socket socket, IPEndPoint to, int microseconds)
    {
        try
        {
            socket.Connect(to);
            return Attempt.Connected;
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            if (!socket.Poll(microseconds, SelectMode.SelectWrite) && !socket.Poll(0, SelectMode.SelectError))
                return Attempt.Waiting;
            var outcome = (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            return outcome == SocketError.Success ? Attempt.Connected : Of(outcome);
        }
        catch (SocketException error)
        {
            return Of(error.SocketErrorCode);
        }
    }

    private static Attempt Of(SocketError error) =>
        error == SocketError.ConnectionRefused ? Attempt.Refused : Family.IsAbsent(error) ? Attempt.Absent : Attempt.Waiting;
}

using System.Net;
using System.Net.Sockets;

namespace K8sRecorder.Benchmarks.Http.Load;

/// <summary>One keep-alive connection of a client that never blocks.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly AnswerScanner _scanner = new();

    public LoadConnection(int port)
    {
        _socket.Connect(IPAddress.Loopback, port);
        _socket.Blocking = false;
    }

    public int Descriptor => (int)_socket.Handle;

    /// <summary>When the request under way was to be sent, in the ticks of the clock.</summary>
    public long Due { get; private set; }

    public int Status => _scanner.Status;

    public void Send(ReadOnlySpan<byte> request, long due)
    {
        Due = due;
        _scanner.Reset();
        while (!request.IsEmpty)
        {
            var sent = _socket.Send(request, SocketFlags.None, out var error);
            if (error is not SocketError.Success and not SocketError.WouldBlock)
                throw new BenchmarkFailedException($"a request could not be sent: {error}");
            request = request[Math.Max(0, sent)..];
        }
    }

    /// <summary>Reads what is there; true when that was the rest of the response.</summary>
    public bool Receive(byte[] buffer, Stream? body)
    {
        while (true)
        {
            var received = _socket.Receive(buffer, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
                return false;
            if (error != SocketError.Success || received == 0)
                throw new BenchmarkFailedException($"a connection ended before its response did: {error}");
            if (_scanner.Take(buffer.AsSpan(0, received), body) != received)
                throw new BenchmarkFailedException("more came than the response has");
            if (_scanner.IsComplete)
                return true;
        }
    }

    public void Dispose() => _socket.Dispose();
}

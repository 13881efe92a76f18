using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace K8sRecorder.Benchmarks.Http;

/// <summary>A target whose answer is a head, a pause like a model's, and events; it says when it sent the first event.</summary>
internal sealed class StampingUpstream : IDisposable
{
    private static readonly TimeSpan Thinking = TimeSpan.FromMilliseconds(2);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private long _stamp;

    public StampingUpstream()
    {
        _listener.Start();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public static byte[] Request { get; } =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: api.example.internal\r\nContent-Type: application/json\r\nContent-Length: 28\r\n\r\n{\"stream\":true,\"messages\":1}"u8.ToArray();

    /// <summary>What the end of a response looks like.</summary>
    public static ReadOnlySpan<byte> End => "0\r\n\r\n"u8;

    /// <summary>What the first event holds and nothing else does.</summary>
    public static ReadOnlySpan<byte> FirstText => "first"u8;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>When the first event of the last response was sent.</summary>
    public long Stamp => Volatile.Read(ref _stamp);

    private static ReadOnlySpan<byte> Head => "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"u8;

    private static byte[] First { get; } = Chunk("data: {\"delta\":{\"content\":\" first\"}}\n\n");

    private static byte[] Rest { get; } = [.. Chunk("data: {\"delta\":{\"content\":\" then\"}}\n\n"), .. End];

    public void Dispose() => _listener.Dispose();

    private static byte[] Chunk(string text) => Encoding.ASCII.GetBytes($"{text.Length:x}\r\n{text}\r\n");

    private void Accept()
    {
        try
        {
            while (true)
            {
                var socket = _listener.AcceptSocket();
                new Thread(() => Serve(socket)) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
            // disposed
        }
    }

    private void Serve(Socket socket)
    {
        using var connection = socket;
        connection.NoDelay = true;
        var buffer = new byte[4096];
        try
        {
            for (var length = 0; connection.Receive(buffer, length, buffer.Length - length, SocketFlags.None) is var received and > 0;)
            {
                length += received;
                if (!buffer.AsSpan(0, length).EndsWith("\"messages\":1}"u8))
                    continue;
                length = 0;
                connection.Send(Head);
                Thread.Sleep(Thinking);
                Volatile.Write(ref _stamp, Stopwatch.GetTimestamp());
                connection.Send(First);
                connection.Send(Rest);
            }
        }
        catch (SocketException)
        {
            // the measuring is over
        }
    }
}

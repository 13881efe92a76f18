using System.Buffers;
using System.Net;
using System.Net.Sockets;
using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Sidecar.Dns.Resolvers;

/// <summary>
/// Asks one resolver by UDP: a socket of its own, connected, so that the kernel chooses a random port and takes nothing from anybody else
/// (RFC 5452 9.2); a random id; and nothing is taken for an answer that is none.
/// </summary>
internal static class UdpInquiry
{
    // Whoever sends so many wrong answers is guessing: TCP cannot be guessed into.
    private const int MostWrong = 16;

    /// <summary>The answer; null where the resolver is not there, or is being impersonated.</summary>
    public static async ValueTask<ResolverAnswer?> AskAsync(Inquiry inquiry, IPEndPoint server, ushort id, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellationToken);
        // one more than it may be: what fills it was cut
        var size = Math.Min(inquiry.Question.UdpSize, DnsLimits.FromResolver) + 1;
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(size, inquiry.Message.Length));
        var isGiven = false;
        try
        {
            inquiry.Message.CopyTo(buffer);
            (buffer[0], buffer[1]) = ((byte)(id >> 8), (byte)id);
            await socket.SendAsync(buffer.AsMemory(0, inquiry.Message.Length), SocketFlags.None, cancellationToken);
            for (var wrong = 0; wrong < MostWrong; wrong++)
            {
                var length = await ReceiveAsync(socket, buffer.AsMemory(0, size), cancellationToken);
                var fit = DnsAnswer.Check(buffer.AsSpan(0, length), id, inquiry.Message.Span, inquiry.Question);
                if (fit == AnswerFit.Other && length < size)
                    continue;
                if (length == size)
                    return null; // larger than was asked for: by TCP it is whole
                isGiven = true;
                return new ResolverAnswer(buffer, length, fit);
            }
            return null;
        }
        finally
        {
            if (!isGiven)
                ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static async ValueTask<int> ReceiveAsync(Socket socket, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
        }
        catch (SocketException cut) when (cut.SocketErrorCode == SocketError.MessageSize)
        {
            return buffer.Length;
        }
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Sidecar.Dns.Resolvers;

/// <summary>Asks one resolver by TCP, on a connection of its own (RFC 7766).</summary>
internal static class TcpInquiry
{
    private const int MostWrong = 4;

    /// <summary>The answer; null where the resolver says something else or nothing.</summary>
    public static async ValueTask<ResolverAnswer?> AskAsync(
        Inquiry inquiry, IPEndPoint server, ushort id, LargeAnswers large, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellationToken);
        await SendAsync(socket, inquiry.Message, id, cancellationToken);
        for (var wrong = 0; wrong < MostWrong; wrong++)
        {
            if (await ReceiveAsync(socket, large, message => DnsAnswer.Check(message, id, inquiry.Message.Span, inquiry.Question), cancellationToken) is not { } answer)
                return null;
            if (answer.Fit == AnswerFit.Whole)
                return answer;
            answer.Dispose();
        }
        return null;
    }

    private static async ValueTask SendAsync(Socket socket, ReadOnlyMemory<byte> message, ushort id, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(message.Length + 2);
        try
        {
            BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)message.Length);
            message.CopyTo(buffer.AsMemory(2));
            BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(2), id);
            for (var sent = 0; sent < message.Length + 2;)
                sent += await socket.SendAsync(buffer.AsMemory(sent, message.Length + 2 - sent), SocketFlags.None, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static async ValueTask<ResolverAnswer?> ReceiveAsync(
        Socket socket, LargeAnswers large, Func<ReadOnlySpan<byte>, AnswerFit> check, CancellationToken cancellationToken)
    {
        var head = new byte[2];
        if (!await FillAsync(socket, head, cancellationToken))
            return null;
        int length = BinaryPrimitives.ReadUInt16BigEndian(head);
        var place = await large.EnterAsync(length, DnsLimits.FromResolver, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        ResolverAnswer? answer = null;
        try
        {
            if (await FillAsync(socket, buffer.AsMemory(0, length), cancellationToken))
                answer = new ResolverAnswer(buffer, length, check(buffer.AsSpan(0, length)), place);
            return answer;
        }
        finally
        {
            if (answer is null)
            {
                ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
                place?.Dispose();
            }
        }
    }

    private static async ValueTask<bool> FillAsync(Socket socket, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (buffer.Length > 0)
        {
            var read = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
            if (read == 0)
                return false;
            buffer = buffer[read..];
        }
        return true;
    }
}

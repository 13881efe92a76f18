using System.Buffers;
using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Sidecar.Dns.Resolvers;

/// <summary>What a resolver said, in a pooled buffer.</summary>
/// <param name="buffer">The buffer.</param>
/// <param name="length">Bytes of the message.</param>
/// <param name="fit">How it fits the question.</param>
/// <param name="place">Its place among the large ones.</param>
internal sealed class ResolverAnswer(byte[] buffer, int length, AnswerFit fit, IDisposable? place = null) : IDisposable
{
    private byte[]? _buffer = buffer;

    public AnswerFit Fit => fit;

    public Memory<byte> Message => (_buffer ?? throw new ObjectDisposedException(nameof(ResolverAnswer))).AsMemory(0, length);

    /// <summary>Whether another resolver may know better.</summary>
    public bool IsFailure => fit == AnswerFit.Whole && (Message.Span[3] & 0x0f) is DnsRcode.ServFail or DnsRcode.NotImp or DnsRcode.Refused;

    public void Dispose()
    {
        if (_buffer is not { } buffer)
            return;
        _buffer = null;
        ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        place?.Dispose();
    }
}

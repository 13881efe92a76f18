using System.Buffers.Binary;
using K8sRecorder.Sidecar.Accept;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// What Kestrel sends, but for one word of its first frame: it offers WebSocket over HTTP/2 (RFC 8441 3), which is not carried, and cannot be told
/// not to. A client that is not offered it opens a connection for HTTP/1.1 instead; one that is would be refused.
/// </summary>
internal sealed class ServerSettings(Stream inner) : ReadOnlyStream
{
    private const int FrameHeader = 9;
    private const int Setting = 6;
    private const byte SettingsFrame = 4;
    private const int EnableConnectProtocol = 8;

    private bool _isSent;

    public override bool CanRead => false;

    public override bool CanWrite => true;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isSent || buffer.Length == 0)
            return inner.WriteAsync(buffer, cancellationToken);
        _isSent = true;
        return inner.WriteAsync(Changed(buffer.ToArray()), cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <summary>The settings are the first frame of a connection (RFC 9113 3.4), and Kestrel writes them in one piece.</summary>
    internal static byte[] Changed(byte[] bytes)
    {
        if (bytes.Length < FrameHeader || bytes[3] != SettingsFrame)
            return bytes;
        var end = Math.Min(bytes.Length, FrameHeader + (bytes[0] << 16 | bytes[1] << 8 | bytes[2]));
        for (var at = FrameHeader; at + Setting <= end; at += Setting)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at)) == EnableConnectProtocol)
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at + 2), 0);
        }
        return bytes;
    }
}

using System.Buffers.Binary;
using K8sRecorder.Testing.Corpora;

namespace K8sRecorder.Integration.Corpora;

/// <summary>Cuts a recorded response into the pieces in which its server sent it, as far as that can be told.</summary>
internal static class ResponsePieces
{
    public static IReadOnlyList<ReadOnlyMemory<byte>> Of(RecordedExchange exchange)
    {
        var wire = exchange.ResponseWire;
        if (wire.Length == 0)
            return [];
        if (exchange.Coding is not null)
            return IsChunked(exchange) ? Even(wire, 6) : [wire];
        if (IsAwsStream(wire))
            return [.. AwsMessages(wire)];
        if (wire.AsSpan().StartsWith("data:"u8) || wire.AsSpan().StartsWith("event:"u8) || wire.AsSpan().StartsWith(":"u8))
            return [.. Behind(wire, "\n\n"u8.ToArray(), "\r\n\r\n"u8.ToArray())];
        if (wire.AsSpan().Count((byte)'\n') > 1 && wire.AsSpan().IndexOf("}\n{"u8) > 0)
            return [.. Behind(wire, "\n"u8.ToArray())];
        return IsChunked(exchange) ? Even(wire, 3) : [wire];
    }

    /// <summary>Whether the response is sent without its length being known before.</summary>
    public static bool IsChunked(RecordedExchange exchange) =>
        exchange.ResponseHeaders.Any(h => h.Key.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase));

    private static bool IsAwsStream(ReadOnlySpan<byte> wire) =>
        wire.Length > 16 && wire[0] == 0 && BinaryPrimitives.ReadInt32BigEndian(wire) is var length && length >= 16 && length <= wire.Length;

    private static IEnumerable<ReadOnlyMemory<byte>> AwsMessages(byte[] wire)
    {
        for (var at = 0; at < wire.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(wire.AsSpan(at));
            yield return wire.AsMemory(at, length);
            at += length;
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Behind(byte[] wire, params byte[][] ends)
    {
        for (var at = 0; at < wire.Length;)
        {
            var next = ends.Select(e => wire.AsSpan(at).IndexOf(e) is var found && found >= 0 ? found + e.Length : int.MaxValue).Min();
            var length = Math.Min(next, wire.Length - at);
            yield return wire.AsMemory(at, length);
            at += length;
        }
    }

    private static List<ReadOnlyMemory<byte>> Even(byte[] wire, int count)
    {
        var size = Math.Max(1, (wire.Length + count - 1) / count);
        return [.. Enumerable.Range(0, (wire.Length + size - 1) / size).Select(i => (ReadOnlyMemory<byte>)wire.AsMemory(i * size, Math.Min(size, wire.Length - (i * size))))];
    }
}

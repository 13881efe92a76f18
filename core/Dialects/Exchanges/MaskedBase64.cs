using System.Buffers;
using System.Text;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>Decodes base64 as it was recorded: a mask stands in brackets between whole groups of four, and stays as it is.</summary>
internal static class MaskedBase64
{
    /// <summary>Null where it is no base64.</summary>
    public static ReadOnlyMemory<byte>? Decode(string text)
    {
        var decoded = new ArrayBufferWriter<byte>(text.Length + 4);
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var mask = rest.IndexOf('[');
            var run = mask < 0 ? rest : rest[..mask];
            if (!Convert.TryFromBase64Chars(run, decoded.GetSpan(run.Length + 4), out var length))
                return null;
            decoded.Advance(length);
            rest = rest[run.Length..];
            if (rest.IsEmpty)
                break;
            var end = rest.IndexOf(']');
            if (end < 0)
                return null;
            Encoding.UTF8.GetBytes(rest[..(end + 1)], decoded);
            rest = rest[(end + 1)..];
        }
        return decoded.WrittenMemory;
    }
}

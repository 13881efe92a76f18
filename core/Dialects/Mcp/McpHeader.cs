using System.Text;

namespace K8sRecorder.Dialects.Mcp;

/// <summary>Values of the fields in which MCP mirrors a request's body (2026-07-28, streamable HTTP, "Value Encoding").</summary>
public static class McpHeader
{
    private const string Prefix = "=?base64?";
    private const string Suffix = "?=";

    /// <summary>The value that is meant: <c>=?base64?…?=</c> undone, else the text as it stands.</summary>
    public static string Decode(ReadOnlySpan<byte> value)
    {
        var text = Encoding.Latin1.GetString(value.Trim(" \t"u8));
        if (text.Length < Prefix.Length + Suffix.Length || !text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || !text.EndsWith(Suffix, StringComparison.Ordinal))
            return Encoding.UTF8.GetString(value.Trim(" \t"u8));
        var base64 = text.AsSpan(Prefix.Length, text.Length - Prefix.Length - Suffix.Length);
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64Chars(base64, bytes, out var length) ? Encoding.UTF8.GetString(bytes.AsSpan(0, length)) : text;
    }
}

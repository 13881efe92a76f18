using System.Security.Cryptography;
using System.Text;

namespace K8sRecorder.Integration.Forms;

/// <summary>What curl got, in a form that can be compared: what belongs to the connection and not to the message is left out.</summary>
internal static class CurlAnswer
{
    private static readonly string[] OfTheConnection = ["connection", "keep-alive"];

    /// <summary>The status line, the header lines by name, trailers in their place, and the body with its digest.</summary>
    public static string Describe(byte[] output, bool headersOnly, IReadOnlyCollection<string> ignored)
    {
        var text = new StringBuilder();
        var rest = output.AsSpan();
        while (true)
        {
            var end = rest.IndexOf("\r\n\r\n"u8);
            if (end < 0 || !rest.StartsWith("HTTP/"u8))
                break;
            var lines = Encoding.Latin1.GetString(rest[..end]).Split("\r\n");
            rest = rest[(end + 4)..];
            text.AppendLine(lines[0]);
            foreach (var (name, value) in lines[1..].Select(Field).OrderBy(field => field.Name, StringComparer.Ordinal))
                if (!OfTheConnection.Contains(name) && !ignored.Contains(name))
                    text.AppendLine($"{name}: {value}");
            text.AppendLine();
            // Interim answers come before the one that counts.
            if (!lines[0].Contains(" 1", StringComparison.Ordinal))
                break;
        }
        if (!headersOnly)
            text.AppendLine($"{rest.Length} bytes, {Convert.ToHexStringLower(SHA256.HashData(rest))}")
                .Append(Encoding.Latin1.GetString(rest[..Math.Min(rest.Length, 4000)]));
        return text.ToString();
    }

    private static (string Name, string Value) Field(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (line, "") : (line[..colon].ToLowerInvariant(), line[(colon + 1)..].Trim());
    }
}

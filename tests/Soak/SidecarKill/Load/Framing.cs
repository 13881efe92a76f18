using System.Globalization;
using System.Text;

namespace K8sRecorder.Soak.SidecarKill.Load;

/// <summary>How a body ends. <see cref="Length"/>: -1 chunked, -2 with the connection.</summary>
internal readonly record struct Framing(long Length)
{
    public const long Chunked = -1;
    public const long UntilClose = -2;

    /// <summary>By the fields of a head.</summary>
    public static Framing Of(string head, bool isRequest) =>
        Field(head, "transfer-encoding") is { } coding && coding.Contains("chunked", StringComparison.OrdinalIgnoreCase) ? new Framing(Chunked)
        : Field(head, "content-length") is { } length ? new Framing(long.Parse(length, CultureInfo.InvariantCulture))
        : new Framing(isRequest ? 0 : UntilClose);

    /// <summary>The value of a field of a head; null where it is not there.</summary>
    public static string? Field(string head, string name)
    {
        foreach (var line in head.Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line.AsSpan(0, colon).Equals(name, StringComparison.OrdinalIgnoreCase))
                return line[(colon + 1)..].Trim();
        }
        return null;
    }

    /// <summary>The frame of one chunk around so many bytes.</summary>
    public static byte[] ChunkHead(int length) => Encoding.ASCII.GetBytes($"{length:x}\r\n");
}

using System.Globalization;
using System.Text;

namespace K8sRecorder.Recording.Reading;

/// <summary>A close object, read but not yet believed.</summary>
/// <param name="Size">Records of the session.</param>
/// <param name="At">When its last head was signed.</param>
/// <param name="LastChunk">The name of its last chunk.</param>
public sealed record CloseObject(long Size, DateTimeOffset At, string LastChunk)
{
    private const int DigestLength = 64;
    private const int TimeLength = 24;
    private const int MostDigits = 18;

    /// <summary>Reads a close object; null where it is not one in canonical form, to the last byte.</summary>
    public static CloseObject? TryParse(ReadOnlySpan<byte> bytes)
    {
        var start = "{\"size\":"u8;
        var digits = bytes.StartsWith(start) ? bytes[start.Length..].IndexOf((byte)',') : -1;
        if (digits is < 1 or > MostDigits
            || !long.TryParse(bytes.Slice(start.Length, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            return null;
        var at = start.Length + digits + ",\"at\":\""u8.Length;
        var chunk = at + TimeLength + "\",\"lastChunk\":\""u8.Length;
        Span<byte> digest = stackalloc byte[32];
        if (bytes.Length < chunk + DigestLength || !FormatText.TryTime(bytes.Slice(at, TimeLength), out var time)
            || !FormatText.TryDigest(bytes.Slice(chunk, DigestLength), digest))
            return null;
        var close = new CloseObject(size, time, Convert.ToHexStringLower(digest));
        return bytes.SequenceEqual(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"size\":{size},\"at\":\"{Encoding.ASCII.GetString(bytes.Slice(at, TimeLength))}\",\"lastChunk\":\"{close.LastChunk}\"}}\n")))
            ? close : null;
    }
}

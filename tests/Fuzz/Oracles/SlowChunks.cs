using System.Globalization;
using System.Text;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Fuzz.Oracles;

/// <summary>RFC 9112 7.1 on the whole body, a line at a time: strict in the way that ours says it is.</summary>
internal static class SlowChunks
{
    private const int MostDigits = 15;

    public static (ChunkedStep Step, byte[] Data, int Taken) Read(byte[] body)
    {
        var data = new List<byte>();
        var at = 0;
        while (true)
        {
            var end = Array.IndexOf(body, (byte)'\n', at);
            var line = Encoding.Latin1.GetString(body, at, (end < 0 ? body.Length : end) - at);
            if (!IsSizeLine(line, isWhole: end >= 0, out var size))
                return (ChunkedStep.Invalid, data.ToArray(), 0);
            if (end < 0)
                return (ChunkedStep.NeedMore, data.ToArray(), 0);
            at = end + 1;
            if (size == 0)
                return (ChunkedStep.LastChunk, data.ToArray(), at);
            var length = (int)Math.Min(size, body.Length - at);
            data.AddRange(body.AsSpan(at, length));
            at += length;
            var behind = body.AsSpan(at, Math.Min(2, body.Length - at));
            if (!"\r\n"u8.StartsWith(behind))
                return (ChunkedStep.Invalid, data.ToArray(), 0);
            if (behind.Length < 2)
                return (ChunkedStep.NeedMore, data.ToArray(), 0);
            at += 2;
        }
    }

    /// <summary>Digits, blanks, an extension, CR; of a line that has not ended, whether it may still become one.</summary>
    private static bool IsSizeLine(string line, bool isWhole, out long size)
    {
        size = 0;
        var text = line.EndsWith('\r') ? line[..^1] : line;
        if (isWhole && text.Length == line.Length)
            return false;
        var digits = text.Length - text.TrimStart([.. "0123456789abcdefABCDEF"]).Length;
        var rest = text[digits..];
        if (digits == 0)
            return text.Length == 0 && line.Length == 0 && !isWhole;
        if (digits > MostDigits)
            return false;
        size = long.Parse(text[..digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        // The bound counts what stands behind the digits, but for the semicolon that begins an extension.
        var extension = rest.IndexOf(';', StringComparison.Ordinal);
        var blanks = extension < 0 ? rest : rest[..extension];
        var counted = rest.Length - (extension < 0 ? 0 : 1);
        return counted < Http1Limits.ChunkLine && blanks.Trim([' ', '\t']).Length == 0
            && !rest.Any(c => c is (< ' ' and not '\t') or '\x7f');
    }
}

using K8sRecorder.Masking.Detectors;
using System.Text;
using System.Text.RegularExpressions;

namespace K8sRecorder.Masking.Rules;

/// <summary>A rule of the policy: its expression is run where one of its literals stands, on no more text than a match may be long.</summary>
internal sealed class RuleMatcher : Matcher
{
    /// <summary>Bytes around the window, so that anchors and word boundaries at its edges see what is there.</summary>
    private const int Margin = 4;

    private readonly Regex _regex;
    private readonly int _maxLength;
    private readonly bool _isPrefix;

    public RuleMatcher(Regex regex, int maxLength, bool isPrefix)
    {
        _regex = regex;
        _maxLength = maxLength;
        _isPrefix = isPrefix;
    }

    public static RegexOptions Options => RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Multiline;

    public override Verdict Match(in Probe probe)
    {
        var last = probe.At + _maxLength + Margin;
        if (last > probe.Text.Length && probe.End == WindowEnd.Open)
            return Verdict.More;
        var from = probe.At - (_isPrefix ? 0 : _maxLength);
        var first = Math.Max(0, from - Margin);
        from = Math.Max(from, 0);
        var bytes = probe.Text[first..Math.Min(last, probe.Text.Length)];
        var chars = System.Buffers.ArrayPool<char>.Shared.Rent(bytes.Length);
        try
        {
            // Byte by byte unless there is UTF-8 to decode; offsets are translated back below.
            var isAscii = Ascii.IsValid(bytes);
            var length = isAscii ? Encoding.ASCII.GetChars(bytes, chars) : Encoding.UTF8.GetChars(bytes, chars);
            var window = chars.AsSpan(0, length);
            var start = isAscii ? from - first : Encoding.UTF8.GetCharCount(bytes[..(from - first)]);
            foreach (var match in _regex.EnumerateMatches(window, start))
            {
                var at = first + ByteOffset(window, match.Index, isAscii);
                var end = first + ByteOffset(window, match.Index + match.Length, isAscii);
                if (at > probe.At)
                    break;
                if (match.Length > 0 && end > probe.At && end - at <= _maxLength)
                    return Verdict.Found(at, Math.Min(end, probe.Text.Length));
            }
        }
        finally
        {
            chars.AsSpan(0, bytes.Length).Clear();
            System.Buffers.ArrayPool<char>.Shared.Return(chars);
        }

        return Verdict.None;
    }

    private static int ByteOffset(ReadOnlySpan<char> window, int at, bool isAscii) => isAscii ? at : Encoding.UTF8.GetByteCount(window[..at]);
}

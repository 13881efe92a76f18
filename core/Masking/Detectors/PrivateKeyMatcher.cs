using System.Buffers;

namespace K8sRecorder.Masking.Detectors;

/// <summary>A PEM or PGP private key block, from its BEGIN line to its END line. Also cut off before the END line.</summary>
internal sealed class PrivateKeyMatcher : Matcher
{
    private const int MaxLabel = Tail.MaxLabel;
    private const int MinBody = 24;

    // RFC 7468 has capitals; whoever writes others means the same
    private static readonly SearchValues<byte> Label = ByteClasses.Of(new string([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(b => (char)b)]));
    private static readonly Tail Rest = new(ByteClasses.PemBody, IsPem: true);
    private static readonly byte[][] Kinds =
    [
        [.. "PRIVATE KEY"u8], [.. "RSA PRIVATE KEY"u8], [.. "EC PRIVATE KEY"u8], [.. "DSA PRIVATE KEY"u8], [.. "OPENSSH PRIVATE KEY"u8],
        [.. "ENCRYPTED PRIVATE KEY"u8], [.. "PGP PRIVATE KEY"u8],
    ];

    public override Verdict Match(in Probe probe)
    {
        var text = probe.Text;
        var label = text[probe.Body..Math.Min(text.Length, probe.Body + MaxLabel)];
        var dashes = label.IndexOf("-----"u8);
        if (dashes < 0)
        {
            var isLabel = label.IndexOfAnyExcept(Label) < 0;
            if (!isLabel || label.Length == MaxLabel)
                return Verdict.None;
            if (probe.Lacks(text.Length))
                return Verdict.More;
            return probe.End == WindowEnd.Cut && StartsPrivate(label) ? Verdict.Found(probe.At, text.Length, Rest) : Verdict.None;
        }

        if (label[..dashes].IndexOf("PRIVATE"u8) < 0 || label[..dashes].IndexOfAnyExcept(Label) >= 0)
            return Verdict.None;
        var body = probe.Body + dashes + 5;
        var run = probe.RunEnd(body, ByteClasses.PemBody);
        var foot = text[body..run].IndexOf("-----END"u8);
        if (foot >= 0)
        {
            // a label is no longer in the END line either: what stands farther off is not waited for, so it does not count
            var rest = text[(body + foot + 8)..Math.Min(run, body + foot + 8 + MaxLabel)];
            var close = rest.IndexOf("-----"u8);
            if (close < 0 && rest.Length < MaxLabel && probe.Lacks(run))
                return Verdict.More;
            if (CountBase64(text.Slice(body, foot)) < MinBody)
                return Verdict.None;
            return Verdict.Found(probe.At, close < 0 ? body + foot : body + foot + 8 + close + 5);
        }

        if (probe.Lacks(run))
            return Verdict.More;
        var isCut = run == text.Length && probe.End == WindowEnd.Cut;
        if (!isCut && CountBase64(text[body..run]) < MinBody)
            return Verdict.None;
        return Verdict.Found(probe.At, run, isCut ? Rest : null);
    }

    /// <summary>Whether a label that is cut off may be that of a private key.</summary>
    private static bool StartsPrivate(ReadOnlySpan<byte> label)
    {
        foreach (var kind in Kinds)
        {
            if (label.Length >= 2 && (kind.AsSpan().StartsWith(label) || label.StartsWith(kind)))
                return true;
        }

        return false;
    }

    private static int CountBase64(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var b in text)
            count += ByteClasses.Base64.Contains(b) ? 1 : 0;
        return count;
    }
}

namespace K8sRecorder.Masking.Detectors;

/// <summary>A PEM or PGP private key block, from its BEGIN line to its END line. Also cut off before the END line.</summary>
internal sealed class PrivateKeyMatcher : Matcher
{
    private const int MaxLabel = 40;
    private const int MinBody = 24;

    public override Verdict Match(in Probe probe)
    {
        var text = probe.Text;
        var label = text[probe.Body..Math.Min(text.Length, probe.Body + MaxLabel)];
        var dashes = label.IndexOf("-----"u8);
        if (dashes < 0)
        {
            var isLabel = label.IndexOfAnyExcept(ByteClasses.Of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 +-")) < 0;
            return isLabel && label.Length < MaxLabel && probe.Lacks(text.Length) ? Verdict.More : Verdict.None;
        }

        if (label[..dashes].IndexOf("PRIVATE"u8) < 0)
            return Verdict.None;
        var body = probe.Body + dashes + 5;
        var run = probe.RunEnd(body, ByteClasses.PemBody);
        var foot = text[body..run].IndexOf("-----END"u8);
        if (foot >= 0)
        {
            var rest = text[(body + foot + 8)..run];
            var close = rest.IndexOf("-----"u8);
            if (close < 0 && rest.Length < MaxLabel && probe.Lacks(run))
                return Verdict.More;
            if (CountBase64(text.Slice(body, foot)) < MinBody)
                return Verdict.None;
            return Verdict.Found(probe.At, close < 0 ? body + foot : body + foot + 8 + close + 5);
        }

        if (probe.Lacks(run))
            return Verdict.More;
        if (CountBase64(text[body..run]) < MinBody)
            return Verdict.None;
        return Verdict.Found(probe.At, run, run == text.Length && probe.End == WindowEnd.Cut ? ByteClasses.PemBody : null);
    }

    private static int CountBase64(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var b in text)
            count += ByteClasses.Base64.Contains(b) ? 1 : 0;
        return count;
    }
}

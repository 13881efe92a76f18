namespace K8sRecorder.Masking.Detectors;

/// <summary>A JSON web token: header, payload and signature (or the five parts of an encrypted one), each base64url.</summary>
internal sealed class JwtMatcher : Matcher
{
    private const int MinHeader = 12;
    private const int MinPart = 8;

    public override Verdict Match(in Probe probe)
    {
        if (probe.At > 0 && ByteClasses.WordDash.Contains(probe.Before))
            return Verdict.None;
        Span<int> ends = stackalloc int[5];
        Span<int> lengths = stackalloc int[5];
        var parts = 0;
        for (var at = probe.At; parts < 5;)
        {
            var end = probe.RunEnd(at, ByteClasses.WordDash);
            if (probe.Lacks(end))
                return Verdict.More;
            if (end == probe.Text.Length && probe.End == WindowEnd.Cut)
                return end - probe.At > 16 ? Verdict.Found(probe.At, end, new Tail(ByteClasses.WordDashDot)) : Verdict.None;
            lengths[parts] = end - at;
            ends[parts++] = end;
            if (parts == 1 && lengths[0] < MinHeader || end == probe.Text.Length || probe.Text[end] != '.')
                break;
            at = end + 1;
        }

        if (parts == 5 && lengths[2] > 0 && lengths[3] >= MinPart && lengths[4] >= MinPart)
            return Verdict.Found(probe.At, ends[4]);
        return parts >= 3 && lengths[0] >= MinHeader && lengths[1] >= MinPart ? Verdict.Found(probe.At, ends[2]) : Verdict.None;
    }
}

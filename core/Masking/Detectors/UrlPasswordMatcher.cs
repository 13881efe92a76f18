using System.Buffers;

namespace K8sRecorder.Masking.Detectors;

/// <summary>The password of <c>scheme://user:password@host</c>.</summary>
internal sealed class UrlPasswordMatcher : Matcher
{
    private const int MaxUserInfo = 512;

    private static readonly SearchValues<byte> End = ByteClasses.Of("/?# \t\r\n\"'<>`{}|\\()[],;");
    private static readonly SearchValues<byte> Scheme = ByteClasses.Of(ByteClasses.Letters + ByteClasses.Digits + "+.-");

    public override Verdict Match(in Probe probe)
    {
        if (probe.At == 0 || !Scheme.Contains(probe.Before))
            return Verdict.None;
        var text = probe.Text;
        var isEncoded = probe.Map.Depth(probe.Body - 1) >= 64;
        var host = -1;
        var colon = -1;
        var at = probe.Body;
        for (; at < text.Length && at < probe.Body + MaxUserInfo; at++)
        {
            var b = text[at];
            if (b != '@' && b != ':' && !End.Contains(b))
                continue;
            // What is percent encoded in a plain URL belongs to the name or the password.
            if (!isEncoded && probe.Map.Depth(at) >= 64)
                continue;
            if (b == '@')
                host = at;
            else if (b == ':')
                colon = colon < 0 ? at : colon;
            else if (b == '[' && colon > 0 && text[at..].StartsWith("[MASKED:"u8))
                continue;
            else if (b == ']' && colon > 0 && text[(colon + 1)..].StartsWith("[MASKED:"u8))
                continue;
            else
                break;
        }

        if (at < probe.Body + MaxUserInfo && probe.Lacks(at))
            return Verdict.More;
        if (host < 0 || colon < 0 || colon + 1 >= host)
            return Verdict.None;
        var password = text[(colon + 1)..host];
        return Placeholder.Is(password) ? Verdict.None : Verdict.Found(colon + 1, host);
    }
}

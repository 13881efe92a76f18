using System.Buffers;

namespace K8sRecorder.Masking.Detectors;

/// <summary>The credentials after <c>Bearer</c> or <c>Basic</c> in any text. The scheme stays.</summary>
internal sealed class CredentialsMatcher(bool isBasic) : Matcher
{
    private const int MaxLength = 4096;

    private static readonly SearchValues<byte> Blank = ByteClasses.Of(" +\t:\"'");

    public override Verdict Match(in Probe probe)
    {
        if (ByteClasses.Alphanumeric.Contains(probe.Before))
            return Verdict.None;
        var start = probe.RunEnd(probe.Body, Blank, 4);
        if (probe.Lacks(start))
            return start - probe.Body < 4 ? Verdict.More : Verdict.None;
        if (start == probe.Body)
            return Verdict.None;
        var end = probe.RunEnd(start, ByteClasses.Token68, MaxLength);
        if (probe.Lacks(end) && end - start < MaxLength)
            return Verdict.More;
        var value = probe.Text[start..end];
        if (isBasic ? !IsUserAndPassword(value) : !IsToken(value))
            return Verdict.None;
        var isCut = end - start == MaxLength || end == probe.Text.Length && probe.End == WindowEnd.Cut;
        return Verdict.Found(start, end, isCut ? new Tail(ByteClasses.Token68) : null);
    }

    private static bool IsToken(ReadOnlySpan<byte> value)
    {
        if (value.Length < 12 || Placeholder.Is(value))
            return false;
        var digits = Randomness.CountDigits(value);
        return Randomness.Entropy(value) >= (digits > 0 ? 2.8 : 4);
    }

    private static bool IsUserAndPassword(ReadOnlySpan<byte> value)
    {
        if (value.Length is < 6 or > 1024)
            return false;
        Span<byte> decoded = stackalloc byte[1024];
        if (System.Buffers.Text.Base64.DecodeFromUtf8(value[..(value.Length & ~3)], decoded, out _, out var length) != OperationStatus.Done)
            return false;
        return decoded[..length].Contains((byte)':') && decoded[..length].IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;
    }
}

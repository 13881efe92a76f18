using System.Buffers;

namespace K8sRecorder.Masking.Detectors;

/// <summary>A literal and a run of bytes of one class after it: the form of most tokens.</summary>
internal sealed class TokenMatcher : Matcher
{
    /// <summary>Judges the run after the literal; the literal itself is in front of it.</summary>
    public delegate bool Check(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> body);

    private readonly SearchValues<byte> _body;
    private readonly int _min;
    private readonly int _max;

    public TokenMatcher(SearchValues<byte> body, int min, int max)
    {
        _body = body;
        _min = min;
        _max = max;
    }

    /// <summary>Lowest entropy of the run, bits a byte. Placeholders (xxxx, 0000) are below 2.</summary>
    public double Entropy { get; init; } = 2.5;

    /// <summary>A longer run is something else. Otherwise it is masked to its end.</summary>
    public bool IsExact { get; init; }

    /// <summary>Bytes that must not stand before the literal.</summary>
    public SearchValues<byte> NotAfter { get; init; } = ByteClasses.Alphanumeric;

    /// <summary>Whether the secret is the run alone: the literal stays.</summary>
    public bool KeepLiteral { get; init; }

    /// <summary>What the run must not start with: another token's literal goes on so.</summary>
    public byte[] NotBefore { get; init; } = [];

    public Check? Judge { get; init; }

    public override Verdict Match(in Probe probe)
    {
        if (probe.At > 0 && NotAfter.Contains(probe.Before))
            return Verdict.None;
        var end = probe.RunEnd(probe.Body, _body, _max + 1);
        var length = end - probe.Body;
        if (length <= _max && probe.Lacks(end))
            return Verdict.More;
        if (NotBefore.Length > 0 && probe.Text[probe.Body..end].StartsWith(NotBefore))
            return Verdict.None;
        var isCut = probe.End == WindowEnd.Cut && end == probe.Text.Length;
        if (length < _min)
            // Given up waiting in the middle of it: rather mask what is no secret than half record one that is.
            return isCut && length >= 8 ? Verdict.Found(probe.At, end, new Tail(_body)) : Verdict.None;
        if (length > _max && IsExact)
            return Verdict.None;
        var body = probe.Text[probe.Body..end];
        if (Randomness.Entropy(body) < Entropy)
            return Verdict.None;
        if (Judge is not null && !isCut && !Judge(probe.Text[probe.At..end], body))
            return Verdict.None;
        return Verdict.Found(KeepLiteral ? probe.Body : probe.At, end, length > _max || isCut ? new Tail(_body) : null);
    }
}

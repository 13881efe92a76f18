using System.Buffers;

namespace K8sRecorder.Masking.Detectors;

/// <summary>
/// A value given to a name that says it is secret: <c>"password": "…"</c>, <c>API_KEY=…</c>, <c>secret: …</c>, in JSON, YAML, env,
/// shell, form, XML and code. The literal is the telling part of the name. Only the value is the secret.
/// </summary>
internal sealed class AssignmentMatcher : Matcher
{
    private const int MaxSuffix = 24;
    private const int MaxBlank = 8;
    private const int MaxValue = 4096;
    private const int LongestSeparator = 9;

    private static readonly SearchValues<byte> Blank = ByteClasses.Of(" \t\r\n");

    /// <summary>A run so long is judged once, though it may hold many names.</summary>
    private const int LongRun = 48;

    private static readonly SearchValues<byte> Number = ByteClasses.Of("0123456789.,eE+-");
    private static readonly SearchValues<byte> Unquoted = ByteClasses.Of(" \t\r\n,;&\"'`<>(){}[]|\\");
    private static readonly string[] OtherThings =
    [
        "file", "path", "url", "uri", "name", "count", "type", "len", "limit", "policy", "format", "expir", "ttl", "field", "label",
        "hint", "prompt", "algorithm", "budget", "usage", "details", "endpoint", "version", "_id", "-id", "reset", "strength", "scope", "method", "status", "index", "class", "arn", "ref",
    ];

    private readonly ValueJudge _judge;

    public AssignmentMatcher(ValueJudge judge) => _judge = judge;

    /// <summary>Whether the name must start with the literal.</summary>
    public bool IsWholeWord { get; init; }

    /// <summary>Whether a word may stand before the value: <c>Authorization: Token …</c>.</summary>
    public bool HasScheme { get; init; }

    public override Verdict Match(in Probe probe)
    {
        if (IsWholeWord && ByteClasses.Alphanumeric.Contains(probe.Before))
            return Verdict.None;
        var text = probe.Text;
        if (IsOfPages(text[..probe.At]))
            return Verdict.None;
        var at = probe.RunEnd(probe.Body, ByteClasses.WordDashDot, MaxSuffix + 1);
        if (at - probe.Body > MaxSuffix)
            return Verdict.None;
        if (probe.Lacks(at))
            return Verdict.More;
        if (at == text.Length || !IsStillTheName(text[probe.Body..at]))
            return Verdict.None;

        var isQuotedName = IsQuote(text[at]);
        if (isQuotedName)
        {
            at++;
            if (at < text.Length && text[at] == ']')
                at++;
        }

        at = SkipBlank(text, at);
        if (probe.Lacks(at + LongestSeparator))
            return Verdict.More;
        if (at >= text.Length)
            return Verdict.None;
        var isEncoded = probe.Map.Depth(at) >= 64;
        var separator = Separator(text, at, isQuotedName);
        if (separator == 0)
            return Verdict.None;
        at += separator;
        if (text[at - 1] == '>' && separator == 1)
        {
            if (!IsTag(text[..probe.At]))
                return Verdict.None;
            at = probe.RunEnd(at, Blank, 2 * MaxBlank);
        }

        at = SkipBlank(text, at);
        if (probe.Lacks(at))
            return Verdict.More;
        if (at >= text.Length)
            return Verdict.None;
        if (HasScheme)
        {
            var scheme = probe.RunEnd(at, ByteClasses.AlphanumericDash, MaxSuffix);
            if (probe.Lacks(scheme))
                return Verdict.More;
            var word = text[at..scheme];
            // These two have a detector of their own.
            if (System.Text.Ascii.EqualsIgnoreCase(word, "bearer"u8) || System.Text.Ascii.EqualsIgnoreCase(word, "basic"u8))
                return Verdict.None;
            if (scheme > at && scheme < text.Length && text[scheme] == ' ')
                at = scheme + 1;
            if (probe.Lacks(at))
                return Verdict.More;
            if (at >= text.Length)
                return Verdict.None;
        }

        return IsQuote(text[at]) ? MatchQuoted(probe, at) : MatchUnquoted(probe, at, isEncoded);
    }

    private Verdict MatchQuoted(in Probe probe, int open)
    {
        var text = probe.Text;
        var quote = text[open];
        var depth = probe.Map.Depth(open);
        var start = open + 1;
        var most = Math.Min(text.Length, start + MaxValue);
        for (var at = start; at < most; at++)
        {
            var next = text[at..most].IndexOfAny(quote, (byte)'\n');
            if (next < 0)
                break;
            at += next;
            if (text[at] == '\n' && probe.Map.Depth(at) == 0 && depth == 0)
                return Verdict.None;
            if (text[at] == quote && probe.Map.Depth(at) <= depth)
                return _judge.Judge(text[start..at], isQuoted: true) ? Verdict.Found(start, at) : Verdict.None;
        }

        if (most == text.Length && probe.Lacks(most))
            return Verdict.More;
        // Longer than is looked at: a token that long is masked to its end, prose is not.
        var run = probe.RunEnd(start, ByteClasses.Token68);
        return run >= most && probe.End != WindowEnd.Closed && _judge.Judge(text[start..most], isQuoted: true)
            ? Verdict.Found(start, most, new Tail(ByteClasses.Token68)) : Verdict.None;
    }

    private Verdict MatchUnquoted(in Probe probe, int start, bool isEncoded)
    {
        var text = probe.Text;
        var most = Math.Min(text.Length, start + MaxValue);
        var end = start;
        for (; end < most; end++)
        {
            var next = text[end..most].IndexOfAny(Unquoted);
            end = next < 0 ? most : end + next;
            if (end == most || isEncoded || probe.Map.Depth(end) < 64)
                break;
        }

        if (end == text.Length && probe.Lacks(end))
            return Verdict.More;
        // A number is a count or a price, not a secret that would be left bare.
        if (end < text.Length && text[end] == '(' || text[start..end].IndexOfAnyExcept(Number) < 0 || !_judge.Judge(text[start..end], isQuoted: false))
            return end - start > LongRun ? Verdict.NoneUntil(end) : Verdict.None;
        return Verdict.Found(start, end, end == most && end - start >= MaxValue ? new Tail(ByteClasses.Token68) : null);
    }

    /// <summary>Whether what follows the telling part leaves it the name of a secret: not <c>password_file</c>, not <c>tokens</c>.</summary>
    private static bool IsStillTheName(ReadOnlySpan<byte> suffix)
    {
        if (suffix.IsEmpty)
            return true;
        if (char.IsAsciiLetterLower((char)suffix[0]) || suffix.SequenceEqual("S"u8))
            return false;
        Span<char> lower = stackalloc char[suffix.Length];
        for (var i = 0; i < suffix.Length; i++)
            lower[i] = (char)Scanning.AsciiFold.Lower(suffix[i]);
        if (suffix.EndsWith("Id"u8) || suffix.EndsWith("ID"u8))
            return false;
        foreach (var other in OtherThings)
        {
            if (((ReadOnlySpan<char>)lower).Contains(other, StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    /// <summary>Length of what stands between name and value; 0 where nothing does that makes it one.</summary>
    private static int Separator(ReadOnlySpan<byte> text, int at, bool isQuotedName)
    {
        var rest = text[at..];
        if (rest[0] == '>' || isQuotedName && rest[0] == ',')
            return 1;
        if (rest.StartsWith("string = "u8))
            return 9;
        var colons = rest[..Math.Min(3, rest.Length)].IndexOfAnyExcept((byte)':');
        colons = colons < 0 ? Math.Min(3, rest.Length) : colons;
        var after = rest[colons..];
        if (colons == 0 && after.Length > 1 && after[0] is (byte)'?' or (byte)'.' or (byte)'+' && after[1] == '=')
            return 2;
        if (after.IsEmpty || after[0] != '=')
            return colons == 1 ? 1 : 0;
        if (after.Length > 1 && after[1] == '=')
            return 0;
        return colons + (after.Length > 1 && after[1] == '>' ? 2 : 1);
    }

    /// <summary>Whether the name up to the literal is that of an XML element.</summary>
    private static bool IsTag(ReadOnlySpan<byte> before)
    {
        var name = before[Math.Max(0, before.Length - MaxSuffix)..];
        var start = name.LastIndexOfAnyExcept(ByteClasses.WordDashDot);
        return start >= 0 && name[start] == '<';
    }

    /// <summary><c>nextPageToken</c>, <c>cost_per_token</c>: what stands before the telling part makes it another thing.</summary>
    private static bool IsOfPages(ReadOnlySpan<byte> before) =>
        before.EndsWith("age"u8) && before.Length > 3 && before[^4] is (byte)'p' or (byte)'P'
        || before.EndsWith("age_"u8) && before.Length > 4 && before[^5] is (byte)'p' or (byte)'P'
        || before.EndsWith("per_"u8) || before.EndsWith("ontinuation"u8) || before.EndsWith("ontinuation_"u8);

    private static int SkipBlank(ReadOnlySpan<byte> text, int at)
    {
        for (var most = at + MaxBlank; at < text.Length && at < most && text[at] is (byte)' ' or (byte)'\t'; at++)
        {
        }

        return at;
    }

    private static bool IsQuote(byte b) => b is (byte)'"' or (byte)'\'' or (byte)'`';
}

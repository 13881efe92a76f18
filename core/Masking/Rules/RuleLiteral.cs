namespace K8sRecorder.Masking.Rules;

/// <summary>
/// The literals of a rule's pattern of which every match holds one, so that the rule costs nothing where none of them
/// stands. Found by reading the pattern's top level; what it does not understand it passes over, never takes for a literal.
/// </summary>
internal sealed class RuleLiteral
{
    /// <summary>Shorter ones would stop the scan at every other byte.</summary>
    public const int MinLength = 2;

    private RuleLiteral(IReadOnlyList<string> literals, bool ignoreCase, bool isPrefix)
    {
        Literals = literals;
        IgnoreCase = ignoreCase;
        IsPrefix = isPrefix;
    }

    public IReadOnlyList<string> Literals { get; }

    public bool IgnoreCase { get; }

    /// <summary>Whether every match starts with its literal.</summary>
    public bool IsPrefix { get; }

    /// <summary>Reads a pattern; null when it has no literal that every match must hold.</summary>
    public static RuleLiteral? Of(string pattern)
    {
        var ignoreCase = pattern.StartsWith("(?i)", StringComparison.Ordinal);
        if (ignoreCase)
            pattern = pattern[4..];
        // Options in the middle of a pattern change what its literals mean.
        if (ChangesOptions(pattern))
            return null;
        var literals = new List<string>();
        var isPrefix = true;
        foreach (var alternative in Alternatives(pattern))
        {
            var best = Best(alternative);
            if (best is null)
                return null;
            literals.Add(ignoreCase ? best.Value.Literal.ToLowerInvariant() : best.Value.Literal);
            isPrefix &= best.Value.IsPrefix;
        }

        return new RuleLiteral(literals, ignoreCase, isPrefix);
    }

    private static bool ChangesOptions(string pattern)
    {
        for (var i = pattern.IndexOf("(?", StringComparison.Ordinal); i >= 0; i = pattern.IndexOf("(?", i + 1, StringComparison.Ordinal))
        {
            if (i + 2 < pattern.Length && "imnsx-#".Contains(pattern[i + 2]))
                return true;
        }

        return false;
    }

    private static List<string> Alternatives(string pattern)
    {
        var alternatives = new List<string>();
        var start = 0;
        for (var i = 0; i < pattern.Length; i = After(pattern, i))
        {
            if (pattern[i] != '|')
                continue;
            alternatives.Add(pattern[start..i]);
            start = i + 1;
        }

        alternatives.Add(pattern[start..]);
        return alternatives;
    }

    private static (string Literal, bool IsPrefix)? Best(string pattern)
    {
        var runs = new List<(string Literal, bool IsPrefix)>();
        var run = "";
        var runIsPrefix = true;
        var isStart = true;
        void End(bool keepsPosition)
        {
            if (run.Length >= MinLength)
                runs.Add((run, runIsPrefix));
            isStart &= keepsPosition && run.Length == 0;
            run = "";
        }

        for (var i = 0; i < pattern.Length;)
        {
            var next = After(pattern, i);
            var literal = LiteralAt(pattern, i, next);
            var (least, isQuantified) = Quantifier(pattern, ref next);
            if (literal is null)
            {
                End(keepsPosition: IsZeroWidth(pattern, i) && !isQuantified);
            }
            else
            {
                if (run.Length == 0)
                    runIsPrefix = isStart;
                if (least > 0)
                    run += literal;
                if (isQuantified || least == 0)
                {
                    End(keepsPosition: false);
                    isStart = false;
                }
            }

            i = next;
        }

        End(keepsPosition: false);
        // A prefix spares looking back; among the others the longest stands most seldom.
        return runs.Count == 0 ? null : runs.MaxBy(r => r.Literal.Length + (r.IsPrefix ? 1000 : 0));
    }

    /// <summary>The byte an element stands for, if it stands for one ASCII character.</summary>
    private static char? LiteralAt(string pattern, int at, int next)
    {
        var c = pattern[at];
        if (c == '\\')
            return next == at + 2 && pattern[at + 1] < 128 && !char.IsAsciiLetterOrDigit(pattern[at + 1]) ? pattern[at + 1] : null;
        return next == at + 1 && c is > ' ' and < (char)127 && !".^$|?*+()[]{}".Contains(c) || c == ' ' ? c : null;
    }

    private static bool IsZeroWidth(string pattern, int at) =>
        pattern[at] == '^' || pattern[at] == '\\' && at + 1 < pattern.Length && pattern[at + 1] is 'b' or 'B' or 'A';

    /// <summary>Where the element ends that starts at a position: one character, an escape, a class or a group.</summary>
    private static int After(string pattern, int at)
    {
        switch (pattern[at])
        {
            case '\\':
                return Math.Min(at + 2, pattern.Length);
            case '[':
                var first = at + 1 < pattern.Length && pattern[at + 1] == '^' ? at + 2 : at + 1;
                for (var i = first; i < pattern.Length; i++)
                {
                    if (pattern[i] == '\\')
                        i++;
                    else if (pattern[i] == ']' && i > first)
                        return i + 1;
                }

                return pattern.Length;
            case '(':
                for (var i = at + 1; i < pattern.Length; i = After(pattern, i))
                {
                    if (pattern[i] == ')')
                        return i + 1;
                }

                return pattern.Length;
            default:
                return at + 1;
        }
    }

    /// <summary>How often the element before must stand at least; moves past the quantifier.</summary>
    private static (int Least, bool IsQuantified) Quantifier(string pattern, ref int at)
    {
        if (at >= pattern.Length)
            return (1, false);
        int least;
        switch (pattern[at])
        {
            case '?' or '*':
                least = 0;
                at++;
                break;
            case '+':
                least = 1;
                at++;
                break;
            case '{' when pattern.IndexOf('}', at) is var close and > 0 && char.IsAsciiDigit(pattern[at + 1]):
                var digits = pattern[(at + 1)..close].Split(',')[0];
                least = digits.Length < 6 && int.TryParse(digits, out var n) ? Math.Min(n, 1) : 0;
                at = close + 1;
                break;
            default:
                return (1, false);
        }

        if (at < pattern.Length && pattern[at] is '?' or '+')
            at++;
        return (least, true);
    }
}

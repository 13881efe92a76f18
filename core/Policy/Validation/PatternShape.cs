namespace K8sRecorder.Policy.Validation;

/// <summary>
/// Tells whether every match of a pattern must contain a literal or sit at an anchor. Reads only patterns that .NET
/// has compiled; where it is not sure it says no, and the author writes the literal more plainly.
/// </summary>
internal ref struct PatternShape
{
    private const int MostDepth = 64;
    private readonly ReadOnlySpan<char> _pattern;
    private int _at;
    private bool _isExtended;

    private PatternShape(ReadOnlySpan<char> pattern) => _pattern = pattern;

    public static bool HasLiteralOrAnchor(string pattern)
    {
        var shape = new PatternShape(pattern);
        return shape.Alternatives(0) && !shape._isExtended;
    }

    private readonly bool AtEnd => _at >= _pattern.Length;

    private bool Alternatives(int depth)
    {
        var (all, one) = (true, false);
        while (!AtEnd && _pattern[_at] != ')')
        {
            if (_pattern[_at] == '|')
            {
                (all, one) = (all && one, false);
                _at++;
                continue;
            }
            var has = Atom(depth);
            one |= has & Repeated();
        }
        return all && one;
    }

    /// <summary>Steps over one atom; true if it is a literal, an anchor, or a group that has one.</summary>
    private bool Atom(int depth)
    {
        switch (_pattern[_at++])
        {
            case '(':
                return Group(depth);
            case '[':
                Class();
                return false;
            case '\\':
                return Escape();
            case '.':
                return false;
            default:
                return true;
        }
    }

    private bool Group(int depth)
    {
        if (depth == MostDepth)
        {
            _at = _pattern.Length;
            return false;
        }
        if (!AtEnd && _pattern[_at] == '?')
        {
            // (?:…), (?<name>…), (?i:…) hold a pattern; (?i) and (?#…) hold none.
            _at++;
            var isComment = !AtEnd && _pattern[_at] == '#';
            var start = _at;
            while (!AtEnd && _pattern[_at] is not (':' or '>' or '\'' or ')') || isComment && !AtEnd && _pattern[_at] != ')')
                _at++;
            // With (?x) white space and comments are no literals; such patterns are not read here.
            _isExtended |= _at > start && char.IsAsciiLetter(_pattern[start]) && _pattern[start.._at].Contains('x');
            if (!AtEnd && _pattern[_at] == '\'')
                for (_at++; !AtEnd && _pattern[_at] != '\'';)
                    _at++;
            if (AtEnd || _pattern[_at] == ')')
            {
                _at = Math.Min(_at + 1, _pattern.Length);
                return false;
            }
            _at++;
        }
        var has = Alternatives(depth + 1);
        _at = Math.Min(_at + 1, _pattern.Length);
        return has;
    }

    private void Class()
    {
        if (!AtEnd && _pattern[_at] == '^')
            _at++;
        // A ] right at the start stands for itself.
        if (!AtEnd && _pattern[_at] == ']')
            _at++;
        for (; !AtEnd && _pattern[_at] != ']'; _at++)
            if (_pattern[_at] == '\\')
                _at++;
            else if (_pattern[_at] == '[')
            {
                // A subtraction, [a-z-[aeiou]]: nothing in a class counts anyway.
                _at++;
                Class();
                _at--;
            }
        _at = Math.Min(_at + 1, _pattern.Length);
    }

    private bool Escape()
    {
        if (AtEnd)
            return false;
        var escaped = _pattern[_at++];
        if (escaped is 'p' or 'P' or 'k' && !AtEnd && _pattern[_at] is '{' or '<')
            while (!AtEnd && _pattern[_at - 1] is not ('}' or '>'))
                _at++;
        // A word boundary stands between almost any two words; the other anchors pin a match down.
        return escaped is 'A' or 'z' or 'Z' || escaped is 't' or 'n' or 'r' or 'f' or 'v' or 'a' or 'e' || !char.IsAsciiLetterOrDigit(escaped);
    }

    /// <summary>Steps over a quantifier; false if it allows the atom to be left out.</summary>
    private bool Repeated()
    {
        var needed = true;
        if (!AtEnd && _pattern[_at] is '*' or '?' or '+')
            needed = _pattern[_at++] == '+';
        else if (!AtEnd && _pattern[_at] == '{')
        {
            var close = _pattern[_at..].IndexOf('}');
            if (close < 2 || !char.IsAsciiDigit(_pattern[_at + 1]))
                return true;
            needed = _pattern[_at + 1] != '0';
            _at += close + 1;
        }
        if (!AtEnd && _pattern[_at] == '?')
            _at++;
        return needed;
    }
}

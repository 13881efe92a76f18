namespace K8sRecorder.Policy.Validation;

/// <summary>The part of RFC 9535 that a policy may use: <c>$</c> and then <c>.name</c>, <c>['name']</c>, <c>.*</c> or <c>[*]</c>.</summary>
internal static class JsonPath
{
    private const int MostSteps = 32;

    public static bool IsValid(string path)
    {
        if (path.Length is < 2 or > 1024 || path[0] != '$')
            return false;
        var rest = path.AsSpan(1);
        var steps = 0;
        while (!rest.IsEmpty)
        {
            var length = Step(rest);
            if (length == 0 || ++steps > MostSteps)
                return false;
            rest = rest[length..];
        }
        return true;
    }

    /// <summary>The length of the first step, 0 if it is none.</summary>
    private static int Step(ReadOnlySpan<char> rest)
    {
        if (rest.StartsWith(".*") && rest.Length >= 2)
            return 2;
        if (rest.StartsWith("[*]"))
            return 3;
        if (rest.StartsWith("['"))
        {
            var quote = rest[2..].IndexOf('\'');
            return quote > 0 && rest[(quote + 3)..].StartsWith("]") && !rest.Slice(2, quote).Contains('\\') ? quote + 4 : 0;
        }
        if (rest[0] != '.')
            return 0;
        var end = rest[1..].IndexOfAny('.', '[');
        var name = end < 0 ? rest[1..] : rest.Slice(1, end);
        foreach (var c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-') && c < 0x80)
                return 0;
        return name.IsEmpty || char.IsAsciiDigit(name[0]) ? 0 : name.Length + 1;
    }
}

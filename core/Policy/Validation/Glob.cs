namespace K8sRecorder.Policy.Validation;

/// <summary>Names with <c>*</c> for any run of characters.</summary>
public static class Glob
{
    /// <summary>Whether all of the name is of the form. Greedy with one step back, so that it is at most quadratic.</summary>
    public static bool Matches(string glob, string name)
    {
        var (g, n, star, mark) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (g < glob.Length && glob[g] == '*')
                (star, mark) = (g++, n);
            else if (g < glob.Length && glob[g] == name[n])
                (g, n) = (g + 1, n + 1);
            else if (star >= 0)
                (g, n) = (star + 1, ++mark);
            else
                return false;
        }
        return glob.AsSpan(g).IndexOfAnyExcept('*') < 0;
    }
}

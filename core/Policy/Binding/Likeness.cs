namespace K8sRecorder.Policy.Binding;

/// <summary>Says what an unknown field was probably meant to be.</summary>
internal static class Likeness
{
    private const int MostLetters = 40;

    public static string Unknown(string name, IReadOnlyCollection<string> known)
    {
        var nearest = name.Length <= MostLetters ? known.MinBy(candidate => Distance(name, candidate)) : null;
        if (nearest is not null && Distance(name, nearest) <= Math.Max(1, name.Length / 3))
            return $"unknown field; did you mean {nearest}?";
        return known.Count == 0 ? "unknown field; remove it" : $"unknown field; known here are {string.Join(", ", known.Order(StringComparer.Ordinal))}";
    }

    /// <summary>Levenshtein, without regard to case.</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substitute = diagonal + (char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitute, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[right.Length];
    }
}

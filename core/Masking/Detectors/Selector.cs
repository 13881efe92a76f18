namespace K8sRecorder.Masking.Detectors;

/// <summary>How a policy names detectors: by name, by group, by a glob over either or over <c>group/name</c>.</summary>
internal static class Selector
{
    public static bool Means(string selector, DetectorInfo detector) =>
        Matches(selector, detector.Name) || Matches(selector, detector.Group) || Matches(selector, detector.Group + "/" + detector.Name);

    /// <summary>Whether a detector is on. A star alone means those that are on by default.</summary>
    public static bool IsOn(DetectorInfo detector, IReadOnlyList<string> include, IReadOnlyList<string> exclude) =>
        include.Any(s => s == "*" ? detector.OnByDefault : Means(s, detector)) && !exclude.Any(s => Means(s, detector));

    private static bool Matches(ReadOnlySpan<char> glob, ReadOnlySpan<char> text)
    {
        var star = glob.IndexOf('*');
        if (star < 0)
            return glob.SequenceEqual(text);
        if (!text.StartsWith(glob[..star]))
            return false;
        for (var from = star; from <= text.Length; from++)
        {
            if (Matches(glob[(star + 1)..], text[from..]))
                return true;
        }

        return false;
    }
}

namespace K8sRecorder.Policy.Enforcement;

/// <summary>One capability: a path without indexes, and the values it is enforced with; none means all.</summary>
internal readonly record struct FieldRule(string Path, IReadOnlyList<string> Values)
{
    public static FieldRule Parse(string field)
    {
        var equals = field.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? new FieldRule(field, []) : new FieldRule(field[..equals], field[(equals + 1)..].Split('|'));
    }

    /// <summary>Whether the rule speaks of this field or of something it is inside of.</summary>
    public bool Covers(string path) => path == Path || IsInside(path, Path);

    /// <summary>Whether the rule speaks of something inside this field.</summary>
    public bool IsBelow(string path) => path.Length == 0 || IsInside(Path, path);

    public bool Allows(string path, string? value) => Values.Count == 0 || path != Path || (value is not null && Values.Contains(value));

    private static bool IsInside(string path, string outer) =>
        path.Length > outer.Length && path.StartsWith(outer, StringComparison.Ordinal) && (path[outer.Length] is '.' or '[');
}

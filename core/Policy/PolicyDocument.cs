using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy;

/// <summary>One document of a policy file, as its author wrote it; nothing is filled in.</summary>
public abstract record PolicyDocument
{
    /// <summary>The file it came from, as it is to be shown.</summary>
    public required string File { get; init; }

    /// <summary>Its kind.</summary>
    public required PolicyKind Kind { get; init; }

    /// <summary>Its name and labels.</summary>
    public required ObjectMetadata Metadata { get; init; }

    /// <summary>Every field that was written, by path (<c>spec.targets[0].listen</c>), in the order written.</summary>
    public required IReadOnlyDictionary<string, FieldMark> Fields { get; init; }

    /// <summary>The line of a field, or of the nearest object around it; 0 if unknown.</summary>
    public int LineOf(string path)
    {
        for (var end = path.Length; end > 0; end = path.AsSpan(0, end).LastIndexOfAny('.', '['))
            if (Fields.TryGetValue(path[..end], out var mark))
                return mark.Line;
        return Fields.TryGetValue("", out var root) ? root.Line : 0;
    }
}

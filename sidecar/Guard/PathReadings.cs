using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Sidecar.Guard;

/// <summary>
/// Everything that a server might take a request target's path for. A rule that names a path is about the resource, and servers differ
/// in what they undo before they look: escapes once or twice, dot segments, double slashes, <c>;parameters</c>, backslashes, case. So
/// each of these steps is taken or not, in every order, until nothing new comes of it.
/// </summary>
/// <remarks>Readings are in lower case, one char a byte. Bounded: what has more readings than that was written to be misread.</remarks>
internal static class PathReadings
{
    /// <summary>Longer paths are not judged.</summary>
    public const int MaxLength = 8 << 10;

    /// <summary>More readings than these are not looked at.</summary>
    public const int MaxReadings = 256;

    private static readonly Func<string, string>[] Steps =
    [
        PathSteps.DecodeUnreserved, PathSteps.Decode, PathSteps.WithoutParameters, PathSteps.WithSlashes, PathSteps.WithoutDoubleSlashes,
        PathSteps.WithoutDots, PathSteps.CutAtMark, PathSteps.Trimmed,
    ];

    /// <summary>The path's readings, the one as written first; null where there are too many, or it is too long.</summary>
    public static IReadOnlyList<string>? Of(ReadOnlySpan<byte> target)
    {
        var path = PathOf(target);
        if (path.Length > MaxLength)
            return null;
        var written = path.IsEmpty ? "/" : PathSteps.Folded(path);
        if (PathSteps.IsPlain(written))
            return [written];
        var readings = new List<string> { written };
        var known = new HashSet<string>(StringComparer.Ordinal) { written };
        for (var i = 0; i < readings.Count; i++)
        {
            foreach (var step in Steps)
            {
                var reading = step(readings[i]);
                if (!known.Add(reading))
                    continue;
                if (readings.Count == MaxReadings)
                    return null;
                readings.Add(reading);
            }
        }
        return readings;
    }

    /// <summary>Origin-form up to the query, or what absolute-form has behind its authority (RFC 9112 3.2).</summary>
    private static ReadOnlySpan<byte> PathOf(ReadOnlySpan<byte> target)
    {
        if (RequestTarget.TryRead(target, out var read))
            target = target[read.At..];
        var query = target.IndexOf((byte)'?');
        return query < 0 ? target : target[..query];
    }
}

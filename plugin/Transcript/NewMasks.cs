using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Plugin.Transcript;

/// <summary>
/// What was masked for the first time: a secret in a conversation is sent again with every turn, and credentials in headers are masked
/// in every request.
/// </summary>
internal sealed class NewMasks
{
    /// <summary>What the recorder masks in headers by their names.</summary>
    private const string HeaderDetector = "header";

    private readonly HashSet<long> _parts = [];

    /// <summary>The detectors, with how often where it is more than once.</summary>
    public List<string> NewIn(HttpView view) =>
    [
        .. InBody(view.RequestBody).Concat(InBody(view.ResponseBody)).Concat(InHead(view.RequestHead)).Concat(InHead(view.ResponseHead))
            .GroupBy(detector => detector, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.Count() == 1 ? group.Key : FormattableString.Invariant($"{group.Key} ×{group.Count()}")),
    ];

    private static IEnumerable<string> InHead(MessageHead? head) =>
        head?.Masked.Select(span => span.Detector).Where(detector => detector != HeaderDetector) ?? [];

    private List<string> InBody(Content? body)
    {
        var detectors = new List<string>();
        if (body is null || body.Masked.Count == 0)
            return detectors;
        var fresh = body.Parts.Where(part => !_parts.Contains(part.Number)).ToList();
        foreach (var span in body.Masked)
        {
            // A part may stand in a body twice; it is counted where it stands first.
            if (fresh.FirstOrDefault(part => part.At <= span.At && span.At < part.At + part.Length) is { } part)
            {
                detectors.Add(span.Detector);
                _parts.Add(part.Number);
            }
        }
        return detectors;
    }
}

using K8sRecorder.Plugin.Output;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Plugin.Sessions;

/// <summary>One line that says which session this is.</summary>
internal static class SessionLine
{
    public static void Print(Printer output, SessionReader session)
    {
        var pieces = new List<(string, Tone)> { ("session " + session.Id, Tone.Strong) };
        if (PodOf(session.Statement) is { } pod)
            pieces.Add((pod, Tone.Faint));
        output.Flow(2, [.. pieces, (Amount.Time(session.Statement?.OpenedAt ?? session.StartedAt), Tone.Faint)]);
    }

    /// <summary>Namespace and pod as the statement has them; null where it has none.</summary>
    public static string? PodOf(SessionStatement? statement) => (statement?.Namespace, statement?.Pod) switch
    {
        (null, null) => null,
        (null, { } pod) => pod,
        ({ } space, null) => space + "/?",
        ({ } space, { } pod) => space + "/" + pod,
    };
}

using K8sRecorder.Testing.Http2;

namespace K8sRecorder.Sidecar.Tests.Http2;

/// <summary>Something that an agent sends.</summary>
/// <param name="Name">What it is, with the section of RFC 9113 or RFC 7541.</param>
/// <param name="Streams">The streams that an answer or a reset is waited for on.</param>
/// <param name="Expected">What the RFC has a server make of it: one of several, parted by <c>|</c>; null where it is Kestrel's to say.</param>
/// <param name="Make">Adds its frames behind preface and settings.</param>
internal sealed record Http2Case(string Name, int[] Streams, string? Expected, Func<Http2Frames, Http2Frames> Make)
{
    /// <summary>Whether it begins with something else than a preface and settings.</summary>
    public bool IsBare { get; init; }

    public Http2Frames Frames() => Make(IsBare ? new Http2Frames() : Http2Frames.Agent());
}

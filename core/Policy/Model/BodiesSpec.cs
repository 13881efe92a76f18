namespace K8sRecorder.Policy.Model;

/// <summary>How much of a body is recorded.</summary>
public sealed record BodiesSpec
{
    /// <summary>Bytes; the rest is left as a keyed digest and a length.</summary>
    public long? Limit { get; init; }
}

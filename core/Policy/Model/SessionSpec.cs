namespace K8sRecorder.Policy.Model;

/// <summary>How long a session lasts.</summary>
public sealed record SessionSpec
{
    /// <summary>Ends after this time without an open channel.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Ends at this age.</summary>
    public TimeSpan? MaxAge { get; init; }
}

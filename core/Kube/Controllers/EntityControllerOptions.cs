namespace K8sRecorder.Kube.Controllers;

/// <summary>How a controller's loop works.</summary>
public sealed record EntityControllerOptions
{
    /// <summary>Objects worked on at once; one object never by two.</summary>
    public int Workers { get; init; } = 2;

    public RateLimitedWorkOptions Queue { get; init; } = new();

    /// <summary>Told of every failure, which is tried again.</summary>
    public Action<KubeTrouble> Trouble { get; init; } = static _ => { };
}

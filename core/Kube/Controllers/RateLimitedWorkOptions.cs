namespace K8sRecorder.Kube.Controllers;

/// <summary>How long keys wait that failed.</summary>
public sealed record RateLimitedWorkOptions
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(2);
}

namespace K8sRecorder.Kube;

/// <summary>Waits that double, with jitter up to half of each, so that many who lost the same server do not come back together.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest, KubernetesClientOptions options)
{
    private int _failures;

    /// <summary>How many waits since the last success.</summary>
    public int Failures => _failures;

    public void Succeeded() => _failures = 0;

    /// <summary>The next wait; what the server asked for where that is longer.</summary>
    public TimeSpan Next(Exception cause)
    {
        var wait = Of(_failures++, first, longest) * (1 + (options.NextJitter() / 2));
        return cause is KubeStatusException { RetryAfter: { } asked } && asked > wait ? (asked < longest ? asked : longest) : wait;
    }

    public static TimeSpan Of(int failures, TimeSpan first, TimeSpan longest)
    {
        var wait = first * Math.Pow(2, Math.Min(failures, 30));
        return wait < longest ? wait : longest;
    }
}

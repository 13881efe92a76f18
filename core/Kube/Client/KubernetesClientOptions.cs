namespace K8sRecorder.Kube;

/// <summary>Bounds and seams of a client; the defaults are those of a controller.</summary>
public sealed class KubernetesClientOptions
{
    private readonly Lock _randomLock = new();

    /// <summary>Contexts of kinds beside those here: <c>new KubeJson(OperatorContext.Default)</c>.</summary>
    public KubeJson Json { get; init; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The source of jitter.</summary>
    public Random Random { get; init; } = new();

    /// <summary>Time for a request with all its tries and its answer; watches have their own.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Times that a request is sent again where that is safe.</summary>
    public int MaxRetries { get; init; } = 5;

    /// <summary>The longest wait that a server may ask for by <c>Retry-After</c>.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of one answer: a page of a list is the largest, some 20 KB a pod.</summary>
    public int MaxResponse { get; init; } = 64 << 20;

    /// <summary>Bytes of one line of a watch: etcd takes objects of 1.5 MB, and JSON may be twice that.</summary>
    public int MaxWatchLine { get; init; } = 8 << 20;

    public string UserAgent { get; init; } = "k8srecorder";

    /// <summary>From 0 to 1; <see cref="System.Random"/> is for one thread at a time.</summary>
    internal double NextJitter()
    {
        lock (_randomLock)
            return Random.NextDouble();
    }
}

namespace K8sRecorder.Recording.Shipping;

/// <summary>How the spool is shipped.</summary>
public sealed record ShippingOptions
{
    /// <summary>Wait before the first retry; doubles up to <see cref="MaxBackoff"/>. What is really waited is between half of it and all of it.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait between retries that we choose.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait that a store can ask for (<c>Retry-After</c>).</summary>
    public TimeSpan MaxAskedFor { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Time for one attempt, with what the object needs at <see cref="SlowestBytesPerSecond"/> on top. The latter doubles with each attempt that ran
    /// out of time, four times at most: a store that hangs is noticed soon, one that is slow gets there.
    /// </summary>
    public TimeSpan AttemptTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The longest time for one attempt.</summary>
    public TimeSpan MaxAttemptTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What an upload is expected to reach; 2 KiB/s after four doublings.</summary>
    public int SlowestBytesPerSecond { get; init; } = 32 << 10;

    /// <summary>Is told of changes.</summary>
    public IShippingObserver? Observer { get; init; }

    /// <summary>Spreads the retries of many recorders. Used by the shipper alone.</summary>
    public Random Random { get; init; } = new();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

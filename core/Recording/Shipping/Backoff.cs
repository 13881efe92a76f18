namespace K8sRecorder.Recording.Shipping;

/// <summary>When something that failed is tried again; the default has not failed.</summary>
/// <param name="Failures">Failures in a row.</param>
/// <param name="Wait">How long to wait after the last one.</param>
/// <param name="Since">When that was.</param>
internal readonly record struct Backoff(int Failures, TimeSpan Wait, long Since)
{
    private const int MostDoublings = 30;

    /// <summary>In whole milliseconds, as timers have them: what is cut off would be waited for by asking again and again.</summary>
    public TimeSpan Left(TimeProvider time) =>
        Failures == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, (Wait - time.GetElapsedTime(Since)).TotalMilliseconds)));

    /// <summary>After one more failure; the store may ask for a longer wait than we would choose.</summary>
    public Backoff Next(ShippingOptions options, TimeSpan? askedFor)
    {
        var full = Min(options.FirstBackoff * Math.Pow(2, Math.Min(Failures, MostDoublings)), options.MaxBackoff);
        var wait = full * (0.5 + (0.5 * options.Random.NextDouble()));
        if (askedFor is { } asked)
            wait = Max(wait, Min(asked, options.MaxAskedFor));
        return new Backoff(Failures + 1, wait, options.Time.GetTimestamp());
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}

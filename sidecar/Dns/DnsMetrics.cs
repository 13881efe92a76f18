using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace K8sRecorder.Sidecar.Dns;

/// <summary>The instruments of DNS, on the sidecar's meter. No tag ever holds a name.</summary>
internal sealed class DnsMetrics
{
    // counted by hand: an instrument would look its labels up with every question
    private static readonly KeyValuePair<string, object?>[] Outcomes =
    [
        .. new[] { "answered", "refused", "unanswered", "malformed", "unsupported", "dropped", "not_recorded" }
            .Select(outcome => new KeyValuePair<string, object?>("outcome", outcome)),
    ];

    private readonly long[] _ended = new long[Outcomes.Length];
    private readonly Histogram<double> _lasted;
    private readonly Counter<long> _stripped;

    public DnsMetrics(Meter meter)
    {
        meter.CreateObservableCounter("recorder.dns.ended", Count, "{question}", "DNS questions that ended, by outcome");
        _lasted = meter.CreateHistogram("recorder.dns.lasted", "s", "From a DNS question to its answer",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 20] });
        _stripped = meter.CreateCounter<long>("recorder.dns.stripped", "{parameter}", "Service parameters taken out of answers");
        Meter = meter;
    }

    private Meter Meter { get; }

    /// <summary>Adds what the server counts itself.</summary>
    public void Observe(Func<int> underWay, AddressBook book)
    {
        Meter.CreateObservableGauge("recorder.dns.waiting", () => (long)underWay(), "{question}", "DNS questions under way");
        Meter.CreateObservableGauge("recorder.dns.known", () => (long)book.Count, "{entry}", "Addresses known by name");
    }

    public void Ended(DnsOutcome outcome) => Interlocked.Increment(ref _ended[(int)outcome]);

    public void Ended(DnsOutcome outcome, long started)
    {
        Ended(outcome);
        if (_lasted.Enabled)
            _lasted.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    public void Stripped(int parameters) => _stripped.Add(parameters);

    /// <summary>How many ended so.</summary>
    public long CountOf(DnsOutcome outcome) => Volatile.Read(ref _ended[(int)outcome]);

    private IEnumerable<Measurement<long>> Count()
    {
        for (var i = 0; i < Outcomes.Length; i++)
        {
            if (Volatile.Read(ref _ended[i]) is > 0 and var count)
                yield return new Measurement<long>(count, Outcomes[i]);
        }
    }
}

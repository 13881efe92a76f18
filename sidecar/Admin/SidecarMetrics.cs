using System.Diagnostics;
using System.Diagnostics.Metrics;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Shipping;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Ship;

namespace K8sRecorder.Sidecar.Admin;

/// <summary>Every instrument of the process. No tag ever holds anything that an agent or a target wrote.</summary>
internal sealed class SidecarMetrics : IDisposable
{
    // counted by hand: an instrument would look its labels up with every exchange
    private static readonly KeyValuePair<string, object?>[] Outcomes =
    [
        .. new[] { "completed", "unreachable", "target_failed", "client_aborted", "recorder_stopped", "not_recorded", "failed", "refused", "denied" }
            .Select(outcome => new KeyValuePair<string, object?>("outcome", outcome)),
    ];

    private readonly Meter _meter = new("K8sRecorder.Sidecar");
    private readonly long[] _exchanges = new long[Outcomes.Length];
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _connections;
    private readonly Counter<long> _relayed;

    public SidecarMetrics()
    {
        _meter.CreateObservableCounter("recorder.exchanges.ended", CountExchanges, "{exchange}", "HTTP exchanges that ended, by outcome");
        _duration = _meter.CreateHistogram("recorder.exchanges.lasted", "s", "From a request's head to the end of its response",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300] });
        _connections = _meter.CreateCounter<long>("recorder.connections.ended", "{connection}", "Raw connections that ended, by outcome");
        _relayed = _meter.CreateCounter<long>("recorder.connections.relayed", "By", "Bytes relayed on raw connections, by direction");
    }

    public Meter Meter => _meter;

    /// <summary>Adds what the other parts count themselves.</summary>
    public void Observe(Func<RecordingSession> session, SpoolShipper shipper, ShippingState shipping, RecordingSpool spool, ChannelSlots slots)
    {
        Gauge("recorder.channels.open", "{channel}", "Channels open now", () => slots.Open);
        Gauge("recorder.records.written", "{record}", "Records of the session in force", () => session().Counters.Records);
        Gauge("recorder.content.written", "By", "Plain bytes of the session in force", () => session().Counters.PlainBytes);
        Gauge("recorder.parts.stored", "{part}", "Parts stored by the session in force", () => session().Counters.PartsStored);
        Gauge("recorder.parts.referred", "{part}", "Parts referred to instead of stored again", () => session().Counters.PartsReferred);
        Gauge("recorder.chunks.sealed", "{chunk}", "Chunks sealed by the session in force", () => session().Counters.Chunks);
        Gauge("recorder.heads.signed", "{head}", "Heads signed by the session in force", () => session().Counters.Heads);
        Gauge("recorder.records.dropped", "{record}", "Records dropped into gap records", () => session().Counters.DroppedRecords);
        Gauge("recorder.queue.waiting", "By", "Bytes that wait for the spool's writer", () => session().Counters.QueuedBytes);
        Gauge("recorder.spool.full", "{flag}", "1 while nothing is taken in", () => session().Counters.SpoolFull ? 1 : 0);
        Gauge("recorder.spool.used", "By", "Bytes in the spool", () => spool.UsedBytes);
        Gauge("recorder.spool.waiting", "{entry}", "Spool entries that wait for shipping", () => spool.WaitingEntries);
        Gauge("recorder.memory.heap", "By", "Managed heap after its last collection", () => GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes);
        Gauge("recorder.memory.committed", "By", "Memory the managed heap holds", () => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes);
        Total("recorder.objects.shipped", "{object}", "Objects the store acknowledged", () => shipper.Counters.Shipped);
        Total("recorder.content.shipped", "By", "Their bytes", () => shipper.Counters.ShippedBytes);
        Gauge("recorder.shipping.failing", "{flag}", "1 while nothing gets into the store", () => shipping.Failing is null ? 0 : 1);
        _meter.CreateObservableCounter("recorder.shipping.failed", () => FailuresOf(shipper), "{attempt}", "Uploads that failed and are repeated, by kind");
        _meter.CreateObservableGauge("recorder.spool.oldest", () => spool.OldestEntryAge.TotalSeconds, "s", "How long the oldest spool entry has waited for shipping");
    }

    public static long ExchangeStarted() => Stopwatch.GetTimestamp();

    public void ExchangeEnded(long started, string outcome)
    {
        Count(outcome);
        if (_duration.Enabled)
            _duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    public void ConnectionEnded(string outcome, long fromAgent, long fromTarget)
    {
        _connections.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        _relayed.Add(fromAgent, new KeyValuePair<string, object?>("direction", "agent"));
        _relayed.Add(fromTarget, new KeyValuePair<string, object?>("direction", "target"));
    }

    public void Dispose() => _meter.Dispose();

    private void Count(string outcome)
    {
        for (var i = 0; i < Outcomes.Length; i++)
        {
            if ((string)Outcomes[i].Value! == outcome)
            {
                Interlocked.Increment(ref _exchanges[i]);
                return;
            }
        }
    }

    private IEnumerable<Measurement<long>> CountExchanges()
    {
        for (var i = 0; i < Outcomes.Length; i++)
        {
            if (Volatile.Read(ref _exchanges[i]) is > 0 and var count)
                yield return new Measurement<long>(count, Outcomes[i]);
        }
    }

    private static IEnumerable<Measurement<long>> FailuresOf(SpoolShipper shipper) =>
        Enum.GetValues<ShippingFailure>().Select(kind => new Measurement<long>(shipper.Failures(kind), new KeyValuePair<string, object?>("kind", kind.ToString())));

    private void Gauge(string name, string unit, string description, Func<long> read) => _meter.CreateObservableGauge(name, read, unit, description);

    private void Total(string name, string unit, string description, Func<long> read) => _meter.CreateObservableCounter(name, read, unit, description);
}

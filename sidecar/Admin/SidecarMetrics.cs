using System.Diagnostics;
using System.Diagnostics.Metrics;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Shipping;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Sidecar.Accept;

namespace K8sRecorder.Sidecar.Admin;

/// <summary>Every instrument of the process. No tag ever holds anything that an agent or a target wrote.</summary>
internal sealed class SidecarMetrics : IDisposable
{
    public const string MeterName = "K8sRecorder.Sidecar";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _exchanges;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _connections;
    private readonly Counter<long> _relayed;

    public SidecarMetrics()
    {
        _exchanges = _meter.CreateCounter<long>("recorder.exchanges.ended", "{exchange}", "HTTP exchanges that ended, by outcome");
        _duration = _meter.CreateHistogram("recorder.exchanges.lasted", "s", "From a request's head to the end of its response",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300] });
        _connections = _meter.CreateCounter<long>("recorder.connections.ended", "{connection}", "Raw connections that ended, by outcome");
        _relayed = _meter.CreateCounter<long>("recorder.connections.relayed", "By", "Bytes relayed on raw connections, by direction");
    }

    /// <summary>Adds what the other parts count themselves.</summary>
    public void Observe(Func<RecordingSession> session, SpoolShipper shipper, RecordingSpool spool, ChannelSlots slots)
    {
        _meter.CreateObservableGauge("recorder.channels.open", () => slots.Open, "{channel}", "Channels open now");
        _meter.CreateObservableGauge("recorder.records.written", () => session().Counters.Records, "{record}", "Records of the session in force");
        _meter.CreateObservableGauge("recorder.content.written", () => session().Counters.PlainBytes, "By", "Plain bytes of the session in force");
        _meter.CreateObservableGauge("recorder.parts.stored", () => session().Counters.PartsStored, "{part}", "Parts stored by the session in force");
        _meter.CreateObservableGauge("recorder.parts.referred", () => session().Counters.PartsReferred, "{part}", "Parts referred to instead of stored again");
        _meter.CreateObservableGauge("recorder.chunks.sealed", () => session().Counters.Chunks, "{chunk}", "Chunks sealed by the session in force");
        _meter.CreateObservableGauge("recorder.heads.signed", () => session().Counters.Heads, "{head}", "Heads signed by the session in force");
        _meter.CreateObservableGauge("recorder.records.dropped", () => session().Counters.DroppedRecords, "{record}", "Records dropped into gap records");
        _meter.CreateObservableGauge("recorder.queue.waiting", () => session().Counters.QueuedBytes, "By", "Bytes that wait for the spool's writer");
        _meter.CreateObservableGauge("recorder.spool.full", () => session().Counters.SpoolFull ? 1 : 0, "{flag}", "1 while nothing is taken in");
        _meter.CreateObservableGauge("recorder.spool.used", () => spool.UsedBytes, "By", "Bytes in the spool");
        _meter.CreateObservableGauge("recorder.spool.waiting", () => spool.WaitingEntries, "{entry}", "Spool entries that wait for shipping");
        _meter.CreateObservableCounter("recorder.objects.shipped", () => shipper.Counters.Shipped, "{object}", "Objects the store acknowledged");
        _meter.CreateObservableCounter("recorder.bytes.shipped", () => shipper.Counters.ShippedBytes, "By", "Their bytes");
        _meter.CreateObservableCounter("recorder.shipping.retried", () => shipper.Counters.Retries, "{attempt}", "Uploads that failed and are repeated");
    }

    public static long ExchangeStarted() => Stopwatch.GetTimestamp();

    public void ExchangeEnded(long started, string outcome)
    {
        if (_exchanges.Enabled)
            _exchanges.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
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
}

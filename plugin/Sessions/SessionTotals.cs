using System.Text.Json;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Plugin.Sessions;

/// <summary>What happened in a session, counted over its records; contents are not read.</summary>
internal sealed class SessionTotals
{
    private readonly SortedDictionary<string, TargetTotals> _targets = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _masked = new(StringComparer.Ordinal);
    private readonly Dictionary<long, TargetTotals> _channels = [];

    public IReadOnlyCollection<TargetTotals> Targets => _targets.Values;

    /// <summary>Masked spans by detector, in what was stored: what is sent again is not counted again.</summary>
    public IEnumerable<(string Detector, long Count)> Masked => _masked.Select(pair => (pair.Key, pair.Value));

    public List<SessionRecord> Gaps { get; } = [];

    public List<SessionRecord> Restarts { get; } = [];

    public long Truncated { get; private set; }

    public long Denied { get; private set; }

    public SessionRecord? Opened { get; private set; }

    public SessionRecord? Closed { get; private set; }

    public DateTimeOffset? LastAt { get; private set; }

    public static async Task<SessionTotals> ReadAsync(SessionReader session, CancellationToken cancellationToken)
    {
        var totals = new SessionTotals();
        var exchanges = new ExchangePairing();
        await foreach (var record in session.RecordsAsync(0, cancellationToken))
        {
            totals.Count(record);
            if (exchanges.Add(record) is { IsEnded: true } ended)
                totals.Count(ended);
        }
        foreach (var open in exchanges.Open)
            totals.Count(open);
        return totals;
    }

    private void Count(SessionRecord record)
    {
        LastAt = record.At;
        CountMasked(record);
        switch (record.Kind)
        {
            case "session.opened":
                Opened ??= record;
                break;
            case "session.resumed":
                Restarts.Add(record);
                break;
            case "session.closed" or "session.recovered":
                Closed = record;
                break;
            case "gap":
                Gaps.Add(record);
                break;
            case "truncated":
                Truncated++;
                break;
            case "guard.denied":
                Denied++;
                break;
            case "channel.opened" or "channel.continued" when record.Channel is { } channel && !IsHttp(record):
                var target = TargetOf(record.Text("target") ?? "?", record.Text("protocol") ?? "?");
                target.Count++;
                target.Open++;
                _channels[channel] = target;
                break;
            case "channel.closed" when record.Channel is { } channel && _channels.Remove(channel, out var closed):
                closed.Open--;
                break;
            case "tcp.data" or "ws.message" or "ws.message.data" when record.Channel is { } channel && _channels.TryGetValue(channel, out var open):
                var size = record.Content("body")?.Size ?? 0;
                if (record.Text("from") == "agent")
                    open.SentBytes = ByteCount.Add(open.SentBytes, size);
                else
                    open.ReceivedBytes = ByteCount.Add(open.ReceivedBytes, size);
                break;
        }
    }

    private void Count(Exchange exchange)
    {
        var target = TargetOf(exchange.Target, "http");
        target.Count++;
        if (!exchange.IsEnded)
            target.Open++;
        if (exchange.Response?.Status is { } status)
            target.Statuses[status] = target.Statuses.GetValueOrDefault(status) + 1;
        if (exchange.Response?.Origin == "recorder")
            target.ByRecorder++;
        if ((exchange.Request?.Cut ?? exchange.Response?.Cut) is not null)
            target.Cut++;
        target.SentBytes = ByteCount.Add(target.SentBytes, exchange.Request?.Body?.Size ?? 0);
        target.ReceivedBytes = ByteCount.Add(target.ReceivedBytes, exchange.Response?.Body?.Size ?? 0);
    }

    private void CountMasked(SessionRecord record)
    {
        if (record.Field("masked") is not { ValueKind: JsonValueKind.Array } spans)
            return;
        foreach (var span in spans.EnumerateArray())
        {
            var detector = span.ValueKind == JsonValueKind.Object && span.TryGetProperty("detector", out var name) ? name.ToString() : "?";
            _masked[detector] = _masked.GetValueOrDefault(detector) + 1;
        }
    }

    private TargetTotals TargetOf(string name, string protocol)
    {
        if (!_targets.TryGetValue(name + "\0" + protocol, out var target))
            _targets[name + "\0" + protocol] = target = new TargetTotals(name, protocol);
        return target;
    }

    private static bool IsHttp(SessionRecord record) => record.Text("protocol")?.StartsWith("http", StringComparison.OrdinalIgnoreCase) ?? false;
}

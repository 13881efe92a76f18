namespace K8sRecorder.Recording.Reading;

/// <summary>Puts the records of one session together into exchanges, as they come: for <c>log</c> as for <c>log -f</c>.</summary>
public sealed class ExchangePairing
{
    private readonly Dictionary<long, Exchange> _open = [];

    /// <summary>The exchanges that have not ended, by channel.</summary>
    public IEnumerable<Exchange> Open => _open.Values.OrderBy(e => e.Channel);

    /// <summary>Takes the next record; the exchange that it belongs to, or null where it is of none. An exchange that has ended is let go.</summary>
    public Exchange? Add(SessionRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Channel is not { } channel || !record.Kind.StartsWith("http.", StringComparison.Ordinal))
            return null;
        if (!_open.TryGetValue(channel, out var exchange))
            exchange = new Exchange(channel);
        if (!exchange.TryAdd(record))
            return null;
        if (exchange.IsEnded)
            _open.Remove(channel);
        else
            _open[channel] = exchange;
        return exchange;
    }
}

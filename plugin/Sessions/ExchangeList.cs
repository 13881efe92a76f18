using K8sRecorder.Plugin.Transcript;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Plugin.Sessions;

/// <summary>
/// Finds the newest exchanges of a store, by the sessions themselves. Sessions are read newest first; an older one is left out as soon as
/// its close object says that it ended before everything that is shown.
/// </summary>
internal sealed class ExchangeList(IRecordingReader store, ExchangeFilter filter, Action<string> progress)
{
    /// <summary>A session that began this long before the asked time has ended: policies rotate after a day.</summary>
    private static readonly TimeSpan LongestSession = TimeSpan.FromDays(31);

    private readonly PriorityQueue<ExchangeRow, (DateTimeOffset, string, long)> _newest = new();

    /// <summary>The ids that were come across: what a short id must be told from.</summary>
    public List<string> Sessions { get; } = [];

    /// <summary>The exchanges, newest first.</summary>
    public async Task<List<ExchangeRow>> ReadAsync(CancellationToken cancellationToken)
    {
        await foreach (var session in SessionList.NewestFirstAsync(store, Earliest(), Day(filter.Until), cancellationToken))
        {
            progress(session.Id);
            Sessions.Add(session.Id);
            if (session.StartedAt >= filter.Until)
                continue;
            if (Floor() is { } floor && (session.StartedAt < floor - LongestSession || await EndedAsync(session.Id, cancellationToken) < floor))
                continue;
            await ReadAsync(await SessionReader.OpenAsync(store, session.Id, cancellationToken), cancellationToken);
        }
        var rows = new List<ExchangeRow>(_newest.Count);
        while (_newest.TryDequeue(out var row, out _))
            rows.Add(row);
        rows.Reverse();
        return rows;
    }

    private static DateOnly? Day(DateTimeOffset? at) => at is { } time ? DateOnly.FromDateTime(time.UtcDateTime) : null;

    private DateOnly? Earliest() => filter.Since is { } since && since.UtcDateTime - DateTime.MinValue > LongestSession ? Day(since - LongestSession) : null;

    /// <summary>Before this time nothing is of interest; null while anything is.</summary>
    private DateTimeOffset? Floor()
    {
        var oldestShown = _newest.Count >= filter.Limit && _newest.TryPeek(out var row, out _) ? row.At : (DateTimeOffset?)null;
        return oldestShown > filter.Since || filter.Since is null ? oldestShown : filter.Since;
    }

    private async Task<DateTimeOffset> EndedAsync(string session, CancellationToken cancellationToken)
    {
        try
        {
            var close = await store.GetAsync(StoreLayout.CloseKey(session), ReadLimits.StatementBytes, cancellationToken);
            if (close is not null && CloseObject.TryParse(close) is { } end)
                return end.At;
        }
        catch (StoreException e) when (e.Fault == StoreFault.TooLarge)
        {
            // Not a close object; the session is read.
        }
        return DateTimeOffset.MaxValue;
    }

    private async Task ReadAsync(SessionReader session, CancellationToken cancellationToken)
    {
        if (!filter.HasPod(session.Statement?.Namespace, session.Statement?.Pod))
            return;
        var exchanges = new ExchangePairing();
        var channels = new Dictionary<long, ChannelRow>();
        var nominated = new PriorityQueue<Exchange, (DateTimeOffset, long)>();
        await foreach (var record in session.RecordsAsync(0, cancellationToken))
        {
            if (exchanges.Add(record) is { IsEnded: true } ended)
                await NominateAsync(session, nominated, ended, cancellationToken);
            else if (record.Kind is "channel.opened" or "channel.continued" && record.Channel is { } opened)
                channels.TryAdd(opened, new ChannelRow(record));
            else if (record.Kind is "tcp.data" or "ws.message" or "ws.message.data" && record.Channel is { } channel && channels.TryGetValue(channel, out var row))
                row.Add(record);
            else if (record.Kind == "channel.unread" && record.Channel is { } unread && channels.TryGetValue(unread, out var turning))
                turning.ReadNoMore(record);
            else if (record.Kind == "channel.closed" && record.Channel is { } closed && channels.Remove(closed, out var ending))
                Take(ending.ToRow(session, record));
        }
        foreach (var open in exchanges.Open)
            await NominateAsync(session, nominated, open, cancellationToken);
        while (nominated.TryDequeue(out var exchange, out _))
            await TakeAsync(session, exchange, cancellationToken);
        foreach (var open in channels.Values)
            Take(open.ToRow(session, null));
    }

    /// <summary>Where no text is looked for, only the exchanges that are shown in the end need to be read.</summary>
    private async Task NominateAsync(
        SessionReader session, PriorityQueue<Exchange, (DateTimeOffset, long)> nominated, Exchange exchange, CancellationToken cancellationToken)
    {
        if (!filter.HasTarget(exchange.Target) || !filter.HasTime(exchange.StartedAt) || exchange.StartedAt < Floor())
            return;
        if (filter.Text is not null)
            await TakeAsync(session, exchange, cancellationToken);
        else if (nominated.Count < filter.Limit)
            nominated.Enqueue(exchange, (exchange.StartedAt, exchange.Channel));
        else
            nominated.EnqueueDequeue(exchange, (exchange.StartedAt, exchange.Channel));
    }

    private async Task TakeAsync(SessionReader session, Exchange exchange, CancellationToken cancellationToken)
    {
        var view = await HttpView.ReadAsync(exchange, withBodies: true, cancellationToken);
        Take(new ExchangeRow
        {
            Session = session.Id,
            Seq = view.Seq,
            Channel = exchange.Channel,
            At = view.At,
            Namespace = session.Statement?.Namespace,
            Pod = session.Statement?.Pod,
            Target = exchange.Target,
            Protocol = "http",
            Text = ExchangeText.Of(view),
            Method = view.Method,
            Path = view.Path,
            Model = view.Model?.Model,
            McpMethod = view.Model is null ? view.Mcp?.Call?.Method : null,
            Tool = view.Model is null ? view.Mcp?.Call?.Tool : null,
            Run = view.Run,
            Status = view.Status,
            Duration = view.Duration,
            SentBytes = exchange.Request?.Body?.Size ?? 0,
            ReceivedBytes = exchange.Response?.Body?.Size ?? 0,
            Masked = view.Masked.Sum(masked => masked.Count),
        });
    }

    private void Take(ExchangeRow? row)
    {
        if (row is null || !filter.HasTarget(row.Target) || !filter.HasTime(row.At) || !filter.HasText(row))
            return;
        _newest.Enqueue(row, (row.At, row.Session, row.Seq));
        if (_newest.Count > filter.Limit)
            _newest.Dequeue();
    }
}

using System.Text;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Soak.SidecarKill.Load;

namespace K8sRecorder.Soak.SidecarKill.Judging;

/// <summary>Everything that a store's recordings say, by exchange.</summary>
internal sealed class RecordedStore
{
    private readonly Dictionary<string, RecordedExchange> _byId = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, RecordedExchange> ById => _byId;

    /// <summary>Channels whose exchange cannot be told.</summary>
    public List<RecordedExchange> Nameless { get; } = [];

    public List<RecordedGap> Gaps { get; } = [];

    public List<string> Problems { get; } = [];

    public int Resumed { get; private set; }

    /// <summary>Bytes of torn entries that restarts have cut off.</summary>
    public long LostBytes { get; private set; }

    public int Sessions { get; private set; }

    public static async Task<RecordedStore> ReadAsync(IRecordingReader store, CancellationToken ct)
    {
        var recorded = new RecordedStore();
        await foreach (var reference in SessionList.NewestFirstAsync(store, null, null, ct))
        {
            recorded.Sessions++;
            await recorded.ReadAsync(await SessionReader.OpenAsync(store, reference.Id, ct), ct);
        }
        return recorded;
    }

    private async Task ReadAsync(SessionReader session, CancellationToken ct)
    {
        var channels = new Dictionary<long, RecordedExchange>();
        await foreach (var record in session.RecordsAsync(0, ct))
        {
            if (record.Channel is not { } channel)
            {
                ReadOwn(record);
                continue;
            }
            if (!channels.TryGetValue(channel, out var exchange))
                channels.Add(channel, exchange = new RecordedExchange(session.Id, channel));
            await AddAsync(exchange, record, session, ct);
        }
        foreach (var exchange in channels.Values)
        {
            if (exchange.IsTcp && exchange.Request is { } said)
                exchange.Id = Encoding.ASCII.GetString(said.Text.Span) is var text && text.IndexOf(' ', StringComparison.Ordinal) is var space and > 0 ? text[..space] : null;
            if (exchange.Id is null)
                Nameless.Add(exchange);
            else if (!_byId.TryAdd(exchange.Id, exchange))
                Problems.Add($"{exchange.Id} is recorded twice: {_byId[exchange.Id].Name} and {exchange.Name}");
        }
        foreach (var finding in session.Findings)
            Problems.Add($"{session.Id}: {finding}");
    }

    private void ReadOwn(SessionRecord record)
    {
        switch (record.Kind)
        {
            case "session.resumed":
                Resumed++;
                LostBytes += record.Number("lostBytes") ?? 0;
                break;
            case "gap":
                Gaps.Add(new RecordedGap(
                    record.Field("from")!.Value.GetDateTimeOffset(), record.Field("to")!.Value.GetDateTimeOffset(), record.Number("records") ?? 0,
                    record.Number("bytes") ?? 0));
                break;
        }
    }

    private async Task AddAsync(RecordedExchange exchange, SessionRecord record, SessionReader session, CancellationToken ct)
    {
        switch (record.Kind)
        {
            case "http.request" or "http.response":
                var message = new RecordedMessage();
                if (record.Kind == "http.request" ? exchange.Request is not null : exchange.Response is { IsOwnAnswer: false, Cut: null })
                    Problems.Add($"{exchange.Name} has two {record.Kind}");
                if (record.Kind == "http.request")
                    exchange.Request = message;
                else
                    exchange.Response = message;
                await message.AddAsync(record, session, ct);
                await NameAsync(exchange, record, session, ct);
                break;
            case "http.request.data" or "http.response.data":
                var begun = record.Kind == "http.request.data" ? exchange.Request : exchange.Response;
                if (begun is null)
                    Problems.Add($"{exchange.Name}: {record.Kind} without a beginning");
                else
                    await begun.AddAsync(record, session, ct);
                break;
            case "channel.opened":
                exchange.IsTcp = true;
                break;
            case "tcp.data":
                var side = record.Text("from");
                var direction = side == "agent" ? exchange.Request ??= new RecordedMessage() : exchange.Response ??= new RecordedMessage();
                await direction.AddAsync(record, session, ct);
                break;
        }
    }

    private async Task NameAsync(RecordedExchange exchange, SessionRecord record, SessionReader session, CancellationToken ct)
    {
        if (record.Content("head") is not { } reference)
            return;
        var head = (await session.ReadAsync(reference, ct)).ToString();
        if (Framing.Field(head, HttpUpstream.IdField) is not { } id)
            return;
        if (exchange.Id is not null && exchange.Id != id)
            Problems.Add($"{exchange.Name} has the heads of {exchange.Id} and {id}");
        exchange.Id = id;
    }
}

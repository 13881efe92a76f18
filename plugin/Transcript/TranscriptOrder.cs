using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Plugin.Transcript;

/// <summary>
/// Makes the entries of a transcript out of records as they come. Without following, an entry stands where it began, and waits for
/// its end; following, it comes as soon as it has ended. At most so many wait: then those that have ended go first.
/// </summary>
internal sealed class TranscriptOrder(bool following)
{
    private const int MostWaiting = 10_000;
    private readonly ExchangePairing _pairing = new();
    private readonly LinkedList<TranscriptItem> _waiting = [];
    private readonly Dictionary<Exchange, LinkedListNode<TranscriptItem>> _unfinished = [];
    private readonly HashSet<long> _ofHttp = [];

    /// <summary>Takes the next record; the entries that may be shown now.</summary>
    public List<TranscriptItem> Add(SessionRecord record)
    {
        if (_pairing.Add(record) is { } exchange)
            Take(record, exchange);
        else if (!IsFrameOfHttp(record))
            _waiting.AddLast(new TranscriptItem(record, null));
        return Ready();
    }

    /// <summary>The entries that have not ended, where no more records are to come.</summary>
    public List<TranscriptItem> Rest()
    {
        var rest = _waiting.ToList();
        _waiting.Clear();
        _unfinished.Clear();
        return rest;
    }

    private void Take(SessionRecord record, Exchange exchange)
    {
        if (!_unfinished.ContainsKey(exchange))
            _unfinished.Add(exchange, _waiting.AddLast(new TranscriptItem(record, exchange)));
        if (exchange.IsEnded)
            _unfinished.Remove(exchange);
    }

    private List<TranscriptItem> Ready()
    {
        var ready = new List<TranscriptItem>();
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Exchange is { } exchange && _unfinished.ContainsKey(exchange))
            {
                if (!following && _waiting.Count < MostWaiting)
                    break;
            }
            else
            {
                ready.Add(node.Value);
                _waiting.Remove(node);
            }
            node = next;
        }
        return ready;
    }

    /// <summary>Where a source writes the opening and closing of an HTTP channel, the exchange says it all.</summary>
    private bool IsFrameOfHttp(SessionRecord record)
    {
        if (record.Channel is not { } channel)
            return false;
        if (record.Kind is "channel.opened" or "channel.continued" && record.Text("protocol") is { } protocol
            && protocol.StartsWith("http", StringComparison.OrdinalIgnoreCase))
            return _ofHttp.Add(channel);
        return record.Kind == "channel.closed" && _ofHttp.Remove(channel);
    }
}

using K8sRecorder.Testing.Corpora;

namespace K8sRecorder.Integration.Corpora;

/// <summary>That the replay would notice: each thing that can go wrong on the way is named.</summary>
public sealed class WireComparisonTests
{
    [Fact]
    public void Exchange_that_arrived_has_no_difference() => Assert.Empty(WireComparison.Differences(Arrived()));

    [Fact]
    public void Each_change_on_the_way_is_one_difference()
    {
        AssertOne(r => r.SeenTarget = "/v1/a:b", "target");
        AssertOne(r => r.SeenBody = "{\"a\":2}"u8.ToArray(), "request body");
        AssertOne(r => r.GotBody = "data: 1\n\ndata: 3\n\n"u8.ToArray(), "response body");
        AssertOne(r => r.GotStatus = 502, "status 502");
        AssertOne(r => r.Fault = "held back", "held back");
    }

    [Fact]
    public void Header_that_is_added_lost_or_changed_is_named()
    {
        Assert.Contains(Differences(r => r.SeenHeaders.Add(new("traceparent", "00-1"))), d => d.Contains("traceparent", StringComparison.Ordinal));
        Assert.Contains(Differences(r => r.SeenHeaders.RemoveAt(0)), d => d.Contains("X-Agent", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(Differences(r => r.GotHeaders[0] = new("Vary", "b, a")), d => d.Contains("vary: b, a", StringComparison.Ordinal));
        Assert.NotEmpty(Differences(r => r.GotHeaders.Add(r.GotHeaders[0])));
    }

    [Fact]
    public void Stream_is_sent_in_the_pieces_it_was_made_of()
    {
        var replay = Arrived();
        Assert.Equal([9, 9], replay.Pieces.Select(p => p.Length));
    }

    private static void AssertOne(Action<Replay> change, string named) =>
        Assert.Contains(named, Assert.Single(Differences(change)), StringComparison.Ordinal);

    private static List<string> Differences(Action<Replay> change)
    {
        var replay = Arrived();
        change(replay);
        return [.. WireComparison.Differences(replay)];
    }

    private static Replay Arrived()
    {
        var exchange = new RecordedExchange
        {
            Id = "one",
            Api = "openai.chat",
            Method = "POST",
            Url = "https://host/v1/a%3Ab?c=d",
            Status = 200,
            HasToolCall = false,
            RequestHeaders = [new("X-Agent", "1"), new("Connection", "close")],
            RequestBody = "{\"a\":1}"u8.ToArray(),
            ResponseHeaders = [new("Vary", "a, b"), new("Transfer-Encoding", "chunked")],
            ResponseBody = "data: 1\n\ndata: 2\n\n"u8.ToArray(),
            ResponseWire = "data: 1\n\ndata: 2\n\n"u8.ToArray(),
            Coding = null,
        };
        var replay = new Replay(exchange) { SeenTarget = "/v1/a%3Ab?c=d", SeenBody = exchange.RequestBody, GotStatus = 200, GotBody = exchange.ResponseWire };
        replay.SeenHeaders.AddRange([new("x-agent", "1"), new(Replay.IdHeader, "one"), new("host", "host")]);
        replay.GotHeaders.AddRange([new("vary", "a, b"), new("Date", "today")]);
        return replay;
    }
}

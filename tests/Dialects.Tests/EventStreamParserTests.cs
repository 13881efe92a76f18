using System.Text;

namespace K8sRecorder.Dialects.Tests;

public sealed class EventStreamParserTests
{
    public static TheoryData<string, string[]> Streams => new()
    {
        { "data: a\n\n", ["|a|"] },
        { "data:a\r\n\r\ndata:  b\r\rdata\n\n", ["|a|", "| b|", "||"] },
        { "event: add\ndata: 1\ndata: 2\nid: 7\n\ndata: 3\n\n", ["add|1\n2|7", "|3|7"] },
        { "\uFEFFdata: a\n\n", ["|a|"] },
        { "data: \uFEFFa\n\n", ["|\uFEFFa|"] },
        { ": ping\n\ndata: a\n\n", ["|a|"] },
        { "event: only\n\ndata: a\n\n", ["|a|"] },
        { "data: a\n\ndata: not ended\n", ["|a|"] },
        { "id: 1\n\nid: 2\0\ndata: a\n\nid\ndata: b\n\n", ["|a|1", "|b|"] },
        { "unknown: x\nretry: 10\nDATA: x\ndata: a\n\n", ["|a|"] },
        { "data: a\r\r", ["|a|"] },
        { "\n\n\r\n", [] },
        { "", [] },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Stream_split_anywhere_gives_its_events(string text, string[] expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var whole = Parse(bytes, Math.Max(1, bytes.Length));
        Assert.Equal(expected, whole.Select(e => $"{e.Type}|{Encoding.UTF8.GetString(e.Data.Span)}|{e.LastEventId}"));
        for (var size = 1; size < bytes.Length; size++)
            Assert.Equal(whole.Select(Show), Parse(bytes, size).Select(Show));
    }

    [Fact]
    public void Ranges_cover_the_stream_without_holes()
    {
        var bytes = "data: a\r\n\r\n: ping\n\nevent: x\ndata: b\n\ndata: c\r\r"u8.ToArray();
        var events = Parse(bytes, bytes.Length);
        Assert.Equal(0, events[0].Start);
        Assert.Equal(11, events[0].End);
        Assert.Equal([.. events.Select(e => e.End).Take(2)], events.Select(e => e.Start).Skip(1));
        Assert.Equal(bytes.Length, events[^1].End);
    }

    [Fact]
    public void Event_larger_than_the_limit_is_truncated_for_any_split()
    {
        var bytes = Encoding.UTF8.GetBytes("data: " + new string('x', 300) + "\ndata: y\n\n: " + new string('c', 300) + "\ndata: z\n\n");
        var whole = Parse(bytes, bytes.Length, max: 100);
        Assert.Equal([100, 1], whole.Select(e => e.Data.Length));
        Assert.True(whole[0].IsTruncated);
        for (var size = 1; size < bytes.Length; size++)
            Assert.Equal(whole.Select(Show), Parse(bytes, size, max: 100).Select(Show));
    }

    [Fact]
    public void Cut_stream_says_so()
    {
        var sut = new EventStreamParser();
        var events = new List<ServerSentEvent>();
        sut.Push("data: a\n\n"u8, events);
        Assert.False(sut.HasUnfinishedEvent);
        sut.Push("data: b"u8, events);
        sut.Complete(events);
        Assert.True(sut.HasUnfinishedEvent);
        Assert.Single(events);
    }

    [Fact]
    public void Arbitrary_bytes_give_the_same_events_for_any_split()
    {
        var random = new Random(4711);
        var alphabet = "\r\n\r\n: ae\uFEFF"u8.ToArray();
        for (var round = 0; round < 2000; round++)
        {
            var bytes = Enumerable.Range(0, random.Next(60))
                .SelectMany(_ => random.Next(3) == 0 ? "data:"u8.ToArray() : [alphabet[random.Next(alphabet.Length)]]).ToArray();
            var max = random.Next(1, 20);
            var whole = Parse(bytes, Math.Max(1, bytes.Length), max).Select(Show).ToList();
            for (var size = 1; size < 8; size++)
                Assert.Equal(whole, Parse(bytes, size, max).Select(Show));
        }
    }

    private static List<ServerSentEvent> Parse(byte[] bytes, int size, int max = EventStreamParser.DefaultMaxEventBytes)
    {
        var sut = new EventStreamParser(max);
        var events = new List<ServerSentEvent>();
        for (var at = 0; at < bytes.Length; at += size)
            sut.Push(bytes.AsSpan(at, Math.Min(size, bytes.Length - at)), events);
        sut.Complete(events);
        Assert.Equal(bytes.Length, sut.Position);
        return events;
    }

    private static string Show(ServerSentEvent e) =>
        $"{e.Start}-{e.End} {e.Type}|{Convert.ToHexString(e.Data.Span)}|{e.LastEventId}|{e.IsTruncated}";
}

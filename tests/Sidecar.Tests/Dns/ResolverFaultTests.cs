using System.Net;
using System.Net.Sockets;
using K8sRecorder.Sidecar.Dns;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Dns;

/// <summary>Resolvers that lie, guess, say too much, break off or are not there.</summary>
public sealed class ResolverFaultTests
{
    private static readonly byte[] Question = Wire.Question("a.example").Edns().ToArray();
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Messages_that_are_not_the_answer_are_passed_over()
    {
        await using var resolver = new FakeResolver(asked =>
        [
            [], [1, 2, 3], asked,
            Wire.Answer(Wire.Question("a.example", id: (ushort)(((asked[0] << 8) | asked[1]) ^ 1)).ToArray()).A("192.0.2.66").ToArray(),
            Wire.Answer(Wire.Question("b.example", id: (ushort)((asked[0] << 8) | asked[1])).ToArray()).A("192.0.2.66").ToArray(),
            [.. Wire.Answer(asked).A("192.0.2.66").ToArray(), 0],
            Wire.Answer(asked).Record(1, [192, 0, 2, 66]).Count(6).ToArray(),
            Wire.Answer(asked).Word(0xc000 | 40).Word(1).Word(1).Word(0).Word(0).Word(0).Count(6).ToArray(), // an owner that points at itself
            Wire.Answer(asked).A("192.0.2.7").ToArray(),
        ]);
        await using var rig = await DnsRig.StartAsync([resolver.Address]);

        Assert.Equal(Wire.Answer(Question).A("192.0.2.7").ToArray(), await rig.AskAsync(Question));
        Assert.Empty(rig.Book.NamesOf(IPAddress.Parse("192.0.2.66")));
    }

    [Fact]
    public async Task Answer_from_another_address_is_not_heard()
    {
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        FakeResolver? resolver = null;
        await using var own = resolver = new FakeResolver(asked =>
        {
            stranger.SendTo(Wire.Answer(asked).A("192.0.2.66").ToArray(), new IPEndPoint(IPAddress.Loopback, resolver!.Asked.Last().Port));
            return [Wire.Answer(asked).A("192.0.2.7").ToArray()];
        });
        await using var rig = await DnsRig.StartAsync([resolver.Address]);

        Assert.Equal(Wire.Answer(Question).A("192.0.2.7").ToArray(), await rig.AskAsync(Question));
    }

    [Fact]
    public async Task Resolver_that_is_impersonated_is_asked_by_tcp()
    {
        await using var resolver = new FakeResolver(
            asked => Enumerable.Range(1, 40).Select(guess => Wire.Answer(Wire.Question("a.example", id: (ushort)(((asked[0] << 8) | asked[1]) ^ guess)).ToArray()).A("192.0.2.66").ToArray()),
            asked => [Wire.Answer(asked).A("192.0.2.7").ToArray()]);
        await using var rig = await DnsRig.StartAsync([resolver.Address]);

        Assert.Equal(Wire.Answer(Question).A("192.0.2.7").ToArray(), await rig.AskAsync(Question));
    }

    [Fact]
    public async Task Truncated_answer_is_fetched_by_tcp_where_the_agent_has_room_for_it()
    {
        await using var resolver = new FakeResolver(
            asked => [Wire.Answer(asked, flags: 0x8380).ToArray()], asked => [Wire.Answer(asked).Record(16, Long(1000)).ToArray()]);
        await using var rig = await DnsRig.StartAsync([resolver.Address]);

        Assert.Equal(Wire.Answer(Question).Record(16, Long(1000)).ToArray(), await rig.AskAsync(Question));
        Assert.Null((await rig.StopAsync())[^1].Field("truncated"));
    }

    [Fact]
    public async Task Agent_without_room_is_told_to_ask_by_tcp_and_gets_all_of_it()
    {
        await using var resolver = new FakeResolver(
            asked => [Wire.Answer(asked, flags: 0x8380).A("192.0.2.7").ToArray()], asked => [Wire.Answer(asked).Record(16, Long(3000)).ToArray()]);
        await using var rig = await DnsRig.StartAsync([resolver.Address]);
        var plain = Wire.Question("a.example").ToArray();

        // the beginning is passed on as it is; larger than what the agent takes, only that it is to ask again
        Assert.Equal(Wire.Answer(plain, flags: 0x8380).A("192.0.2.7").ToArray(), await rig.AskAsync(plain));
        Assert.Equal(Wire.Answer(Question, flags: 0x8380).Edns().ToArray(), await rig.AskAsync(Question));
        Assert.Equal([Wire.Answer(plain).Record(16, Long(3000)).ToArray()], await rig.AskByTcpAsync(plain));
        var answers = (await rig.StopAsync()).Where(record => record.Kind == "dns.answer").ToList();

        Assert.Equal([true, true, false], answers.Select(record => record.Flag("truncated")));
        Assert.Equal(["@ A 192.0.2.7\n", ""], [await DnsRig.TextAsync(answers[0], "answers"), await DnsRig.TextAsync(answers[1], "answers")]);
    }

    [Fact]
    public async Task Answer_larger_than_was_asked_for_is_fetched_by_tcp()
    {
        await using var resolver = new FakeResolver(
            asked => [Wire.Answer(asked).Record(16, Long(8000)).ToArray()], asked => [Wire.Answer(asked).Record(16, Long(900)).ToArray()]);
        await using var rig = await DnsRig.StartAsync([resolver.Address]);

        Assert.Equal(Wire.Answer(Question).Record(16, Long(900)).ToArray(), await rig.AskAsync(Question));
    }

    [Fact]
    public async Task Next_resolver_is_asked_where_one_fails_or_is_not_there()
    {
        var nobody = new IPEndPoint(IPAddress.Loopback, Loopback.FreePort());
        await using var failing = new FakeResolver(asked => [Wire.Answer(asked, rcode: 2).ToArray()]);
        await using var good = new FakeResolver(asked => [Wire.Answer(asked).A("192.0.2.7").ToArray()]);
        await using (var rig = await DnsRig.StartAsync([nobody, failing.Address, good.Address]))
            Assert.Equal(Wire.Answer(Question).A("192.0.2.7").ToArray(), await rig.AskAsync(Question));

        await using (var rig = await DnsRig.StartAsync([failing.Address, nobody]))
        {
            Assert.Equal(Wire.Answer(Question, rcode: 2).ToArray(), await rig.AskAsync(Question));
            Assert.Equal("SERVFAIL", (await rig.StopAsync())[^1].Text("status"));
        }
    }

    [Fact]
    public async Task Question_that_nobody_answers_fails_and_is_recorded()
    {
        await using var silent = new FakeResolver(_ => []);
        await using var rig = await DnsRig.StartAsync([silent.Address], timeout: Short);

        Assert.Equal(2, (await rig.AskAsync(Question))[3] & 15);
        Assert.Equal(2, Assert.Single(await rig.AskByTcpAsync(Question))[3] & 15);
        var records = await rig.StopAsync();

        Assert.Equal([DnsStatus.Unanswered, DnsStatus.Unanswered], records.Where(record => record.Kind == "dns.answer").Select(record => record.Text("status")));
    }

    [Fact]
    public async Task Answer_that_cannot_be_told_in_the_recording_does_not_leave()
    {
        // a name of odd bytes that thousands of records point at: megabytes of text
        var name = Wire.Labels(string.Join('.', Enumerable.Repeat(new string('\u00ff', 60), 4)));
        await using var resolver = new FakeResolver(_ => [], asked =>
        {
            var answer = Wire.Answer(asked);
            var at = answer.ToArray().Length;
            answer.Bytes(name).Word(1).Word(1).Word(0).Word(0).Word(0).Count(6);
            for (var i = 0; i < 4000; i++)
                answer.Word((ushort)(0xc000 | at)).Word(1).Word(1).Word(0).Word(0).Word(0).Count(6);
            return [answer.ToArray()];
        });
        await using var rig = await DnsRig.StartAsync([resolver.Address]);

        Assert.Equal(2, Assert.Single(await rig.AskByTcpAsync(Question))[3] & 15);
        Assert.Equal(DnsStatus.Unanswered, (await rig.StopAsync())[^1].Text("status"));
    }

    [Fact]
    public async Task Large_answers_pass_though_few_at_a_time()
    {
        await using var resolver = new FakeResolver(asked => [Wire.Answer(asked, flags: 0x8380).ToArray()], asked => [Wire.Answer(asked).Record(16, Long(60_000)).ToArray()]);
        await using var rig = await DnsRig.StartAsync([resolver.Address]);
        var questions = Enumerable.Range(0, 60).Select(i => Wire.Question($"h{i:00}.example", id: (ushort)i).ToArray()).ToArray();

        Assert.All(await rig.AskByTcpAsync(questions), answer => Assert.True(answer.Length > 60_000));
    }

    [Fact]
    public async Task Slow_questions_do_not_keep_a_neighbour_waiting()
    {
        await using var resolver = new FakeResolver(asked =>
            asked[13] == 's' ? [] : [Wire.Answer(asked).A("192.0.2.7").ToArray()]);
        await using var rig = await DnsRig.StartAsync([resolver.Address], isStrict: false);
        using var flood = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await flood.ConnectAsync(rig.Address);
        for (var i = 0; i < 6000; i++)
            await flood.SendAsync(Wire.Question($"s{i}.example", id: (ushort)i).ToArray(), SocketFlags.None);
        var question = Wire.Question("quick.example").ToArray();

        Assert.Equal(Wire.Answer(question).A("192.0.2.7").ToArray(), await rig.AskAsync(question));
    }

    /// <summary>Character-strings of so many bytes.</summary>
    private static byte[] Long(int length) => [.. Enumerable.Range(0, length / 100).SelectMany(_ => (byte[])[99, .. Enumerable.Repeat((byte)'x', 99)])];
}

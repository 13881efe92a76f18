using System.Net;
using System.Net.Sockets;
using K8sRecorder.Sidecar.Dns;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Dns;

/// <summary>Questions by UDP and TCP: asked on, answered as the resolver answers, recorded.</summary>
public sealed class DnsServerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Question_is_asked_on_answered_byte_for_byte_and_recorded(bool isStrict)
    {
        var question = Wire.Question("API.example.com").Edns(1400, wantsDnssec: true).ToArray();
        await using var resolver = new FakeResolver(asked => [Wire.Answer(asked).A("192.0.2.7", ttl: 30).Edns().ToArray()]);
        await using var rig = await DnsRig.StartAsync([resolver.Address], isStrict: isStrict);

        Assert.Equal(Wire.Answer(question).A("192.0.2.7", ttl: 30).Edns().ToArray(), await rig.AskAsync(question));
        Assert.Equal(question[2..], Assert.Single(resolver.Asked).Message[2..]); // as it came, but for the id
        Assert.Equal("api.example.com", Assert.Single(rig.Book.NamesOf(IPAddress.Parse("192.0.2.7"))).Text);
        var records = await rig.StopAsync();

        Assert.Equal(isStrict ? ["dns.query", "dns.answer"] : ["dns.query"], records.Select(record => record.Kind));
        Assert.Equal(isStrict, records[0].Text("status") is null);
        Assert.Equal(isStrict, records[0].Channel is not null);
        Assert.Equal(records[0].Channel, records[^1].Channel);
        var answer = records[^1];
        Assert.Equal(("udp", "A", "NOERROR", 30L), (answer.Text("transport"), answer.Text("type"), answer.Text("status"), answer.Number("ttl")));
        Assert.Equal("API.example.com", await DnsRig.TextAsync(answer, "name"));
        Assert.Equal("@ A 192.0.2.7\n", await DnsRig.TextAsync(answer, "answers"));
    }

    [Fact]
    public async Task Questions_by_tcp_go_by_tcp_and_pass_each_other()
    {
        await using var resolver = new FakeResolver(_ => [], asked => [Wire.Answer(asked).A("192.0.2.7").ToArray()]);
        await using var rig = await DnsRig.StartAsync([resolver.Address]);
        var questions = Enumerable.Range(0, 50).Select(i => Wire.Question($"h{i}.example.com", id: (ushort)i).ToArray()).ToArray();

        var answers = await rig.AskByTcpAsync(questions);

        var expected = questions.Select(question => Wire.Answer(question).A("192.0.2.7").ToArray()).ToHashSet(ByteArrays.Equality);
        Assert.True(expected.SetEquals(answers));
        Assert.All(resolver.Asked, asked => Assert.True(asked.ByTcp));
        Assert.All(await rig.StopAsync(), record => Assert.Equal("tcp", record.Text("transport")));
    }

    [Fact]
    public async Task Question_by_ipv6_is_answered()
    {
        await using var resolver = new FakeResolver(asked => [Wire.Answer(asked).A("192.0.2.7").ToArray()]);
        await using var rig = await DnsRig.StartAsync([resolver.Address]);
        var question = Wire.Question("a.example").ToArray();

        Assert.Equal(Wire.Answer(question).A("192.0.2.7").ToArray(), await rig.AskAsync(question, IPAddress.IPv6Loopback));
    }

    [Fact]
    public async Task Name_that_is_not_allowed_is_refused_at_once_and_no_resolver_hears_of_it()
    {
        await using var resolver = new FakeResolver(asked => [Wire.Answer(asked).A("192.0.2.7").ToArray()]);
        await using var rig = await DnsRig.StartAsync([resolver.Address], name => name.Text == "good.example");

        var answer = await rig.AskAsync(Wire.Question("secret-data.evil.example", 16, id: 77).Edns().ToArray());
        Assert.Equal((77, 0x8185), ((answer[0] << 8) | answer[1], (answer[2] << 8) | answer[3]));
        var byTcp = Assert.Single(await rig.AskByTcpAsync(Wire.Question("good.example.evil.example").ToArray()));
        Assert.Equal(0x8185, (byTcp[2] << 8) | byTcp[3]);
        await rig.AskAsync(Wire.Question("GOOD.example").ToArray());
        var records = await rig.StopAsync();

        Assert.Single(resolver.Asked);
        Assert.Equal([DnsStatus.Refused, DnsStatus.Refused], records.Take(2).Select(record => record.Text("status")));
        Assert.Equal("secret-data.evil.example", await DnsRig.TextAsync(records[0], "name"));
        Assert.Equal(2, rig.Metrics.CountOf(DnsOutcome.Refused));
    }

    [Fact]
    public async Task What_is_no_question_is_answered_with_an_error_and_recorded()
    {
        await using var resolver = new FakeResolver(_ => throw new InvalidOperationException("nothing is to be asked"));
        await using var rig = await DnsRig.StartAsync([resolver.Address]);

        Assert.Equal(1, (await rig.AskAsync([.. Wire.Question("a.example").ToArray(), 1, 2, 3]))[3] & 15);
        Assert.Equal(4, (await rig.AskAsync(Wire.Question("a.example", 252).ToArray()))[3] & 15);
        Assert.Equal(4, (await rig.AskAsync(Wire.Question("a.example", flags: 5 << 11).ToArray()))[3] & 15);
        var records = await rig.StopAsync();

        Assert.Equal([DnsStatus.Malformed, DnsStatus.Unsupported, DnsStatus.Unsupported], records.Select(record => record.Text("status")));
    }

    [Fact]
    public async Task Ech_and_http3_are_stripped_and_that_is_recorded()
    {
        await using var resolver = new FakeResolver(asked =>
            [Wire.Answer(asked).Record(65, Wire.Service(1, ".", Wire.Parameter(1, Wire.Protocols("h3", "h2")), Wire.Parameter(5, 1, 2, 3))).ToArray()]);
        await using var rig = await DnsRig.StartAsync([resolver.Address]);
        var question = Wire.Question("a.example", 65).ToArray();

        Assert.Equal(
            Wire.Answer(question).Record(65, Wire.Service(1, ".", Wire.Parameter(1, Wire.Protocols("h2")))).ToArray(), await rig.AskAsync(question));
        var answer = (await rig.StopAsync())[^1];

        Assert.Equal(2, answer.Number("stripped"));
        Assert.Equal("@ HTTPS 1 . alpn=\"h2\"\n", await DnsRig.TextAsync(answer, "answers"));
    }

    [Fact]
    public async Task Secrets_in_names_and_answers_are_masked_and_pass_unchanged()
    {
        const string Secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
        await using var resolver = new FakeResolver(asked => [Wire.Answer(asked).Record(16, [(byte)Secret.Length, .. System.Text.Encoding.ASCII.GetBytes(Secret)]).ToArray()]);
        await using var rig = await DnsRig.StartAsync([resolver.Address]);
        var question = Wire.Question($"{Secret}.evil.example", 16).ToArray();

        Assert.Contains(Secret, System.Text.Encoding.Latin1.GetString(await rig.AskAsync(question))[80..], StringComparison.Ordinal);
        var records = await rig.StopAsync();

        Assert.DoesNotContain(Secret[4..], Recorded.EverythingStored(rig.Sidecar), StringComparison.Ordinal);
        Assert.Contains("[MASKED:", await DnsRig.TextAsync(records[0], "name"), StringComparison.Ordinal);
        Assert.Contains("[MASKED:", await DnsRig.TextAsync(records[1], "answers"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Same_question_and_answer_again_are_no_new_content()
    {
        await using var resolver = new FakeResolver(asked => [Wire.Answer(asked).A("192.0.2.7").ToArray()]);
        await using var rig = await DnsRig.StartAsync([resolver.Address], isStrict: false);
        for (var i = 0; i < 20; i++)
            await rig.AskAsync(Wire.Question("a.example").ToArray());
        var parts = rig.Sidecar.Run.Session;
        await parts.FlushAsync(CancellationToken.None);

        Assert.Equal((2, 38), (parts.Counters.PartsStored, parts.Counters.PartsReferred));
    }

    [Fact]
    public async Task Thousands_of_questions_at_once_are_all_answered_each_with_its_own()
    {
        const int Count = 5000;
        const int Sockets = 50;
        await using var resolver = new FakeResolver(asked => [Wire.Answer(asked).Record(16, asked[12..20]).ToArray()]);
        await using var rig = await DnsRig.StartAsync([resolver.Address], isStrict: false);

        await Parallel.ForEachAsync(Enumerable.Range(0, Sockets), new ParallelOptions { MaxDegreeOfParallelism = Sockets }, async (socketNumber, _) =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(rig.Address);
            var waiting = Enumerable.Range(0, Count / Sockets).ToDictionary(i => (ushort)i, i => Wire.Question($"q{socketNumber:000}{i:000}.example", id: (ushort)i).ToArray());
            foreach (var question in waiting.Values)
                await socket.SendAsync(question, SocketFlags.None);
            while (waiting.Count > 0)
            {
                // a full socket drops, and clients ask again
                using var again = new CancellationTokenSource(TimeSpan.FromSeconds(3));
                var buffer = new byte[512];
                try
                {
                    var length = await socket.ReceiveAsync(buffer, SocketFlags.None, again.Token);
                    var id = (ushort)((buffer[0] << 8) | buffer[1]);
                    if (waiting.Remove(id, out var asked))
                        Assert.Equal(Wire.Answer(asked).Record(16, asked[12..20]).ToArray(), buffer[..length]);
                }
                catch (OperationCanceledException)
                {
                    foreach (var question in waiting.Values)
                        await socket.SendAsync(question, SocketFlags.None, CancellationToken.None);
                }
            }
        });

        // ids and ports cannot be foretold: all of them occur, in no order
        var ids = resolver.Asked.Select(asked => (asked.Message[0] << 8) | asked.Message[1]).ToList();
        Assert.True(ids.Distinct().Count() > ids.Count * 0.9);
        Assert.InRange(ids.Average(), 30_000, 35_500);
        Assert.True(resolver.Asked.Select(asked => asked.Port).Distinct().Count() > 1000);
        Assert.True(ids.Zip(ids.Skip(1), (one, next) => next == one + 1).Count(isNext => isNext) < 10);
    }

    [Fact]
    public async Task Connection_that_says_nothing_whole_is_ended()
    {
        var time = new ManualTime();
        await using var resolver = new FakeResolver(_ => [], asked => [Wire.Answer(asked).A("192.0.2.7").ToArray()]);
        await using var rig = await DnsRig.StartAsync([resolver.Address], time: time);
        using var client = new TcpClient();
        await client.ConnectAsync(rig.Address);
        var question = Wire.Question("a.example").ToArray();
        var stream = client.GetStream();
        await stream.WriteAsync((byte[])[0, (byte)question.Length, .. question]);
        await stream.ReadExactlyAsync(new byte[2 + question.Length + 16]); // it is served, and its clock runs
        await stream.WriteAsync((byte[])[0]);
        var ended = EndAsync(stream);
        while (!ended.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(ended, Task.Delay(20));
        }

        Assert.True(time.GetUtcNow() - new ManualTime().GetUtcNow() >= TimeSpan.FromSeconds(10));

        static async Task EndAsync(NetworkStream stream)
        {
            try
            {
                Assert.Equal(0, await stream.ReadAsync(new byte[1]));
            }
            catch (IOException)
            {
                // a reset, for what it had said was not read
            }
        }
    }
}

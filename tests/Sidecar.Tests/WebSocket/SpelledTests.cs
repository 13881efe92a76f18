using static K8sRecorder.Sidecar.Tests.WebSocket.Frames;

namespace K8sRecorder.Sidecar.Tests.WebSocket;

/// <summary>A secret that successive JSON messages spell is found, as in a stream of events, and each message is still recorded as itself.</summary>
public sealed class SpelledTests
{
    private const string Secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345";

    [Theory]
    [InlineData("none", 1)]
    [InlineData("none", 9)]
    [InlineData("permessage-deflate", 5)]
    [InlineData("fragments", 7)]
    public async Task Secret_in_the_deltas_of_many_messages_is_not_recorded(string form, int size)
    {
        var deltas = ("Take " + Secret + " and go on. ").Chunk(size).Select(piece => new string(piece)).ToList();
        var messages = deltas.Select((delta, i) => $"{{\"type\":\"response.output_text.delta\",\"event_id\":\"e{i}\",\"delta\":\"{delta}\"}}")
            .Append("{\"type\":\"response.done\",\n\"status\":\"completed\"}").ToList();
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var pair = await SocketPair.OpenAsync(sidecar, upstream, form.StartsWith("per", StringComparison.Ordinal) ? form : null);
        if (form == "permessage-deflate")
        {
            foreach (var message in Deflated(messages, false))
                await pair.TargetSaysAsync(Of(Text, message, reserved: 4));
        }
        else
        {
            foreach (var message in messages)
            {
                var half = form == "fragments" ? message.Length - 3 : 0;
                if (half > 0)
                    await pair.TargetSaysAsync(Of(Text, message[..half], final: false));
                await pair.TargetSaysAsync(Of(half > 0 ? Continuation : Text, message[half..]));
                await pair.TargetSaysAsync(Of(Binary, "audio"));
            }
        }
        await pair.CloseAsync();
        await sidecar.StopAsync();

        var recorded = (await RecordedMessage.AllAsync(sidecar)).Where(message => message is { From: "target", Type: "text" }).ToList();
        var events = recorded.OrderBy(message => message.Body.Contains("response.done", StringComparison.Ordinal) ? 1 : 0)
            .Select(message => message.Body).ToList();
        Assert.Equal(messages.Count, recorded.Count);
        var spelled = string.Concat(events.SkipLast(1).Select(text => System.Text.Json.JsonDocument.Parse(text).RootElement.GetProperty("delta").GetString()));
        Assert.StartsWith("Take ", spelled, StringComparison.Ordinal);
        Assert.EndsWith(" and go on. ", spelled, StringComparison.Ordinal);
        Assert.Contains("[MASKED:", spelled, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789", spelled, StringComparison.Ordinal);
        for (var i = 0; i + 8 <= Secret.Length && size > 7; i++)
            Assert.DoesNotContain(Secret.Substring(i, 8), string.Concat(events), StringComparison.Ordinal);
        Assert.Equal(messages[^1], events[^1]);
        Assert.Equal(Enumerable.Range(0, deltas.Count), events.SkipLast(1).Select(text => int.Parse(System.Text.Json.JsonDocument.Parse(text).RootElement.GetProperty("event_id").GetString()![1..])));
        await Recorded.AssertSoundAsync(sidecar);
    }

    [Fact]
    public async Task Messages_that_wait_together_when_a_chunk_is_sealed_are_told_apart()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var pair = await SocketPair.OpenAsync(sidecar, upstream);
        var said = new List<(string From, string Body)>();
        foreach (var delta in new[] { "ghp_01234", "56789abc", "defgh", "ABC" })
        {
            foreach (var from in new[] { "agent", "target" })
            {
                var text = $"{{\"from\":\"{from}\",\"delta\":\"{delta}\"}}";
                said.Add((from, text));
                await (from == "agent" ? pair.AgentSaysAsync(Masked(Text, text)) : pair.TargetSaysAsync(Of(Text, text)));
            }
            await sidecar.Run.Sessions.Current.SealAsync(CancellationToken.None);
        }
        await pair.CloseAsync();
        await sidecar.StopAsync();

        var recorded = (await RecordedMessage.AllAsync(sidecar)).Where(message => message.Type == "text").ToList();
        Assert.Equal(Enumerable.Range(1, said.Count).Select(number => (long?)number), recorded.Select(message => message.First.Number("message")).Order());
        Assert.Equal(said, recorded.OrderBy(message => message.First.Number("message")).Select(message => (message.From, message.Body)));
        var goOn = (await Recorded.RecordsAsync(sidecar)).Where(record => record.Kind == "ws.message.data").GroupBy(record => record.Text("from")!).ToList();
        Assert.Equal(2, goOn.Count);
        Assert.All(goOn, records => Assert.True(records.Select(record => record.Number("message")).Distinct().Count() >= 3));
        await Recorded.AssertSoundAsync(sidecar);
    }

    [Fact]
    public async Task Message_that_waits_for_the_next_goes_with_its_session()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var pair = await SocketPair.OpenAsync(sidecar, upstream);
        await pair.AgentSaysAsync(Masked(Text, "{\"delta\":\"ghp_0123456789\"}"));
        await sidecar.Run.Sessions.RotateAsync("maxAge", CancellationToken.None);
        await pair.AgentSaysAsync(Masked(Text, "{\"delta\":\"done\"}"));
        await pair.AgentSaysAsync(Masked(Text, "{\"delta\":\"ghp_0123456789\"}"));
        pair.Agent.Reset();
        await sidecar.StopAsync();

        Assert.Equal(2, (await Recorded.SessionsAsync(sidecar)).Count);
        Assert.Equal(
            ["{\"delta\":\"ghp_0123456789\"}", "{\"delta\":\"done\"}", "{\"delta\":\"ghp_0123456789\"}"], (await RecordedMessage.AllAsync(sidecar)).Select(message => message.Body));
        await Recorded.AssertSoundAsync(sidecar);
    }
}

using System.Text.Json;
using K8sRecorder.Integration.Capture;
using K8sRecorder.Integration.Redirect;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Integration.InsideTls;

/// <summary>OpenAI's Realtime API by its official client: events are recorded as messages, and no secret is put together from them.</summary>
[Collection(SharedInside.Name)]
public sealed class RealtimeTests(InsideCapture pod)
{
    private static readonly string[] Names = ["plain", "deflate"];

    [NetworkFact]
    public void Client_hears_what_it_would_straight()
    {
        var said = pod.Said("realtime");

        Assert.Equal(Names, said.Select(one => one.GetProperty("name").GetString()));
        Assert.Equal(["", "permessage-deflate"], said.Select(one => one.GetProperty("extensions").GetString()));
        Assert.All(said, one => Assert.True(one.GetProperty("same").GetBoolean() && one.GetProperty("instructions").GetBoolean() && one.GetProperty("audio").GetInt32() == 3000, one.GetRawText()));
    }

    [NetworkTheory]
    [InlineData("plain")]
    [InlineData("deflate")]
    public void Each_event_is_a_message(string name)
    {
        var heard = pod.Said("realtime").Single(one => one.GetProperty("name").GetString() == name).GetProperty("events").GetInt32();
        var events = EventsOf(name);

        Assert.All(MessagesOf(name), message => Assert.Equal(name == "deflate", message.Flag("deflated")));
        Assert.Equal(["conversation.item.create", "response.create", "session.update"], events["agent"].Select(Type).Order());
        Assert.Equal(heard, events["target"].Count());
        Assert.Equal(Enumerable.Range(1, heard).Select(number => $"event_{number}"), events["target"].Select(one => one.GetProperty("event_id").GetString()).OrderBy(id => int.Parse(id![6..])));
        Assert.Contains(events["target"], one => Type(one) == "response.done");
        Assert.Equal(3000, events["target"].Single(one => Type(one) == "response.output_audio.delta").GetProperty("delta").GetBytesFromBase64().Length);
    }

    [NetworkTheory]
    [InlineData("plain")]
    [InlineData("deflate")]
    public void Secret_is_masked_whole_in_fragments_and_over_deltas(string name)
    {
        var events = EventsOf(name);
        var instructions = events["agent"].Single(one => Type(one) == "session.update").GetProperty("session").GetProperty("instructions").GetString()!;
        var text = Spelled("response.output_text.delta");
        var arguments = JsonElement.Parse(Spelled("response.function_call_arguments.delta")).GetProperty("note").GetString()!;

        Assert.All([instructions, text, arguments], told =>
        {
            Assert.StartsWith($"marker-realtime-{name}: take [MASKED:", told, StringComparison.Ordinal);
            Assert.EndsWith("] and go on.", told, StringComparison.Ordinal);
        });

        string Spelled(string type) => string.Concat(events["target"].Where(one => Type(one) == type)
            .OrderBy(one => int.Parse(one.GetProperty("event_id").GetString()![6..])).Select(one => one.GetProperty("delta").GetString()));
    }

    private static string? Type(JsonElement one) => one.GetProperty("type").GetString();

    /// <summary>All that was said on a connection, by who said it; a message may be recorded behind a later one of the same side.</summary>
    private ILookup<string, JsonElement> EventsOf(string name) => MessagesOf(name).Where(message => message.Text("type") == "text")
        .ToLookup(message => message.Text("from")!, message => JsonElement.Parse(BodyOf(message)));

    private List<SessionRecord> MessagesOf(string name)
    {
        var request = pod.Records.Single(record => record.Kind == "http.request" && CapturePod.TextOf(record, "head").Contains($"gpt-realtime-{name}", StringComparison.Ordinal));
        Assert.Equal(("models", "1.3"), (request.Text("target"), request.Text("tls")));
        return [.. pod.Records.Where(record => record.Kind == "ws.message" && record.Channel == request.Channel && record.Text("type") == "text")];
    }

    private static string BodyOf(SessionRecord message) => CapturePod.TextOf(message, "body");
}

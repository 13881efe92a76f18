using System.Text;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Sidecar.Tests.WebSocket;

/// <summary>A message as the recording has it; its body is Latin-1.</summary>
internal sealed record RecordedMessage(string From, string Type, string Body, SessionRecord First, SessionRecord Last)
{
    /// <summary>What is said of it that is not always said: code, deflated, count, continues, broken, error, cut.</summary>
    public string Facts => string.Join(' ', new[] { "code", "deflated", "count", "continues", "broken" }.Select(name => (name, First))
        .Concat([("error", Last), ("cut", Last)])
        .Where(fact => fact.Item2.Field(fact.Item1) is not null)
        .Select(fact => $"{fact.Item1}={fact.Item2.Field(fact.Item1)}"));

    public override string ToString() => $"{From} {Type} '{Body}'{(Facts.Length > 0 ? " " + Facts : "")}";

    /// <summary>The messages of all channels of all sessions, by their first record.</summary>
    public static async Task<List<RecordedMessage>> AllAsync(TestSidecar sidecar)
    {
        var messages = new List<RecordedMessage>();
        foreach (var record in await Recorded.RecordsAsync(sidecar))
        {
            if (record.Kind is not ("ws.message" or "ws.message.data"))
                continue;
            var body = record.Content("body") is { } content ? await record.Session.ReadAsync(content, CancellationToken.None) : null;
            var text = body is null ? "" : Encoding.Latin1.GetString(body.ToArray());
            if (record.Kind == "ws.message")
            {
                messages.Add(new RecordedMessage(record.Text("from")!, record.Text("type")!, text, record, record));
                continue;
            }
            var at = messages.FindLastIndex(m => m.First.Session.Id == record.Session.Id && m.First.Channel == record.Channel && m.From == record.Text("from") && m.Last.BodyGoesOn && m.First.Number("message") == record.Number("message"));
            messages[at] = messages[at] with { Body = messages[at].Body + text, Last = record };
        }
        return messages;
    }
}

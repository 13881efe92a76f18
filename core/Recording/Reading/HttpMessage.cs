using System.Text;
using System.Text.Json;

namespace K8sRecorder.Recording.Reading;

/// <summary>A recorded HTTP request or response: its first record and the <c>.data</c> records that carry its body on.</summary>
public sealed class HttpMessage
{
    private readonly List<SessionRecord> _records = [];

    internal HttpMessage(SessionRecord first) => _records.Add(first);

    /// <summary>Its records, in order.</summary>
    public IReadOnlyList<SessionRecord> Records => _records;

    /// <summary>When its head was there.</summary>
    public DateTimeOffset At => _records[0].At;

    /// <summary>When its last record was written.</summary>
    public DateTimeOffset EndedAt => Events.Count > 0 ? Events[^1].At : _records[^1].At;

    /// <summary>The method as the record states it: one of the known ones, or <c>OTHER</c>. Null on a response.</summary>
    public string? Method => _records[0].Text("method");

    /// <summary>The status. Null on a request.</summary>
    public int? Status => (int?)_records[0].Number("status");

    /// <summary>On a response: <c>target</c> or <c>recorder</c>.</summary>
    public string? Origin => _records[0].Text("origin") ?? (Status is null ? null : "target");

    /// <summary>Whether no record of the body is to follow.</summary>
    public bool IsEnded => !_records[^1].BodyGoesOn;

    /// <summary>Why it ended early, or null.</summary>
    public string? Cut => Last("cut");

    /// <summary>What failed at the target, or null.</summary>
    public string? Error => Last("error");

    /// <summary>Bytes that were forwarded and whose text was undecided in the masker when it ended.</summary>
    public long Pending => _records[^1].Number("pending") ?? 0;

    /// <summary>The body as a content: what all records say, one behind the other. Null where there is none.</summary>
    public ContentReference? Body
    {
        get
        {
            var pieces = _records.Select(r => r.Content("body")).OfType<ContentReference>().ToList();
            return pieces.Count == 0 ? null : new ContentReference(
                [.. pieces.SelectMany(p => p.Parts)], ByteCount.Sum(pieces.Select(p => p.Size ?? 0)),
                ByteCount.Sum(pieces.Select(p => p.Wire ?? p.Size ?? 0)), pieces[0].Coding);
        }
    }

    /// <summary>The body's pieces as they arrived; empty where it was not recorded piece by piece.</summary>
    public IReadOnlyList<BodyEvent> Events => ReadEvents();

    /// <summary>The head, fetched.</summary>
    public async ValueTask<MessageHead> ReadHeadAsync(CancellationToken cancellationToken)
    {
        var first = _records[0];
        var content = await first.Session.ReadAsync(first.Content("head") ?? ContentReference.Empty, cancellationToken);
        var date = FormatText.TryTime(Encoding.UTF8.GetBytes(first.Text("date") ?? ""), out var time) ? time : first.At;
        // A content length that no field states is the body's size on the wire.
        var length = first.Number("length") ?? (first.Content("body") is { } body ? body.Wire ?? body.Size : null);
        return HeadText.Read(content, hasStartLine: true, length, date);
    }

    /// <summary>The trailers, fetched; null where there are none.</summary>
    public async ValueTask<MessageHead?> ReadTrailersAsync(CancellationToken cancellationToken)
    {
        foreach (var record in _records)
            if (record.Content("trailers") is { } trailers)
                return HeadText.Read(await record.Session.ReadAsync(trailers, cancellationToken), hasStartLine: false, null, null);
        return null;
    }

    /// <summary>The body, fetched: masked and decoded, byte for byte.</summary>
    public ValueTask<Content> ReadBodyAsync(CancellationToken cancellationToken) =>
        _records[0].Session.ReadAsync(Body ?? ContentReference.Empty, cancellationToken);

    internal void Add(SessionRecord record) => _records.Add(record);

    private string? Last(string field)
    {
        for (var i = _records.Count - 1; i >= 0; i--)
            if (_records[i].Text(field) is { } value)
                return value;
        return null;
    }

    private List<BodyEvent> ReadEvents()
    {
        var events = new List<BodyEvent>();
        var offset = 0L;
        foreach (var record in _records)
        {
            var at = record.At;
            if (record.Field("events") is { ValueKind: JsonValueKind.Array } list)
            {
                // Pairs of masked bytes and milliseconds since the pair before.
                var inRecord = offset;
                for (var i = 0; i + 1 < list.GetArrayLength(); i += 2)
                {
                    if (list[i].ValueKind != JsonValueKind.Number || !list[i].TryGetInt32(out var length) || length < 0
                        || list[i + 1].ValueKind != JsonValueKind.Number || !list[i + 1].TryGetInt32(out var milliseconds) || milliseconds < 0
                        || (DateTimeOffset.MaxValue - at).TotalMilliseconds < milliseconds)
                        break;
                    at = at.AddMilliseconds(milliseconds);
                    events.Add(new BodyEvent(at, inRecord, length));
                    inRecord += length;
                }
            }

            offset = ByteCount.Add(offset, record.Content("body")?.Size ?? 0);
        }

        return events;
    }
}

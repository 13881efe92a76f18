using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Integration.Capture;

/// <summary>Looks into the store of a sidecar that runs.</summary>
internal static class RecordWatch
{
    /// <summary>Waits until there is such a record.</summary>
    public static Task<SessionRecord> RecordAsync(SidecarProcess sidecar, string kind, Func<SessionRecord, bool> isIt) =>
        RecordAsync(sidecar, record => record.Kind == kind && isIt(record), kind);

    private static async Task<SessionRecord> RecordAsync(SidecarProcess sidecar, Predicate<SessionRecord> isIt, string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var records = await RecordsAsync(sidecar);
            if (records.Find(isIt) is { } found)
                return found;
            Assert.False(patience.IsCancellationRequested, $"no such {what} among\n{string.Join('\n', records.TakeLast(12).Select(Line))}\n{sidecar.Output}");
            await Task.Delay(50);
        }
    }

    /// <summary>Waits until the body of a message of an exchange is there to its end: whenever a chunk is sealed it goes on in another record.</summary>
    /// <param name="sidecar">Whose store it is in.</param>
    /// <param name="request">The exchange's first record.</param>
    /// <param name="kind">The kind of the message's first record.</param>
    public static async Task<string> BodyAsync(SidecarProcess sidecar, SessionRecord request, string kind)
    {
        await EndAsync(sidecar, request, kind);
        return string.Concat((await RecordsAsync(sidecar)).Where(record => IsOfMessage(record, request, kind)).Select(record => TextOf(record, "body")));
    }

    /// <summary>Waits for the last record of a message.</summary>
    public static Task<SessionRecord> EndAsync(SidecarProcess sidecar, SessionRecord request, string kind) =>
        RecordAsync(sidecar, record => IsOfMessage(record, request, kind) && !record.BodyGoesOn, $"end of {kind}");

    public static string TextOf(SessionRecord record, string field) =>
        record.Content(field) is { } content ? record.Session.ReadAsync(content, CancellationToken.None).AsTask().GetAwaiter().GetResult().ToString() ?? "" : "";

    public static async Task<List<SessionRecord>> RecordsAsync(SidecarProcess sidecar)
    {
        var store = StoreUrl.ForFolder(sidecar.StoreFolder).OpenReader();
        var records = new List<SessionRecord>();
        await foreach (var session in SessionList.NewestFirstAsync(store, null, null, CancellationToken.None))
        {
            await foreach (var record in (await SessionReader.OpenAsync(store, session.Id, CancellationToken.None)).RecordsAsync(0, CancellationToken.None))
                records.Add(record);
        }
        return records;
    }

    private static bool IsOfMessage(SessionRecord record, SessionRecord request, string kind) =>
        record.Session.Id == request.Session.Id && record.Channel == request.Channel && (record.Kind == kind || record.Kind == kind + ".data");

    private static string Line(SessionRecord record) => System.Text.Encoding.UTF8.GetString(record.Line.Span);
}

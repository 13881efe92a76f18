using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Integration.Capture;

/// <summary>Looks into the store of a sidecar that runs.</summary>
internal static class RecordWatch
{
    /// <summary>Waits until there is such a record.</summary>
    public static async Task<SessionRecord> RecordAsync(SidecarProcess sidecar, string kind, Func<SessionRecord, bool> isIt)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var records = await RecordsAsync(sidecar);
            if (records.Find(record => record.Kind == kind && isIt(record)) is { } found)
                return found;
            Assert.False(patience.IsCancellationRequested, $"no such {kind} among\n{string.Join('\n', records.TakeLast(12).Select(Line))}\n{sidecar.Output}");
            await Task.Delay(50);
        }
    }

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

    private static string Line(SessionRecord record) => System.Text.Encoding.UTF8.GetString(record.Line.Span);
}

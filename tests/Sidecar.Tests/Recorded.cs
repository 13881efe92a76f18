using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;

namespace K8sRecorder.Sidecar.Tests;

/// <summary>What a test finds in the store after a run.</summary>
internal static class Recorded
{
    public static IRecordingReader Open(TestSidecar sidecar) => StoreUrl.ForFolder(sidecar.StoreFolder).OpenReader();

    public static async Task<List<SessionReader>> SessionsAsync(TestSidecar sidecar)
    {
        var store = Open(sidecar);
        var sessions = new List<SessionReader>();
        await foreach (var session in SessionList.NewestFirstAsync(store, null, null, CancellationToken.None))
            sessions.Add(await SessionReader.OpenAsync(store, session.Id, CancellationToken.None));
        sessions.Reverse();
        return sessions;
    }

    public static async Task<List<SessionRecord>> RecordsAsync(TestSidecar sidecar)
    {
        var records = new List<SessionRecord>();
        foreach (var session in await SessionsAsync(sidecar))
        {
            await foreach (var record in session.RecordsAsync(0, CancellationToken.None))
                records.Add(record);
        }
        return records;
    }

    public static async Task<List<Exchange>> ExchangesAsync(TestSidecar sidecar)
    {
        var exchanges = new List<Exchange>();
        foreach (var session in await SessionsAsync(sidecar))
        {
            await foreach (var exchange in session.ExchangesAsync(CancellationToken.None))
                exchanges.Add(exchange);
        }
        return exchanges;
    }

    public static async Task<string> BodyAsync(HttpMessage message) => (await message.ReadBodyAsync(CancellationToken.None)).ToString();

    /// <summary>Every byte of every object and spool file, gzip undone, as Latin-1.</summary>
    public static string EverythingStored(TestSidecar sidecar)
    {
        var text = new System.Text.StringBuilder();
        foreach (var folder in new[] { sidecar.StoreFolder, sidecar.SpoolFolder })
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
                text.Append(System.Text.Encoding.Latin1.GetString(Plain(File.ReadAllBytes(file))));
        }
        return text.ToString();
    }

    public static async Task AssertSoundAsync(TestSidecar sidecar, Completeness expected = Completeness.Complete)
    {
        var result = await new StoreVerifier(Open(sidecar), TrustSet.Empty).VerifyAsync(null, CancellationToken.None);
        Assert.All(result.Sessions, session => Assert.Equal((Integrity.Sound, expected), (session.Integrity, session.Completeness)));
    }

    private static byte[] Plain(byte[] bytes)
    {
        if (bytes is not [0x1f, 0x8b, ..])
            return bytes;
        using var gzip = new System.IO.Compression.GZipStream(new MemoryStream(bytes), System.IO.Compression.CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }
}

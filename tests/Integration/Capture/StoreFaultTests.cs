using System.Net;
using System.Security.Cryptography;
using K8sRecorder.Integration.Redirect;

namespace K8sRecorder.Integration.Capture;

/// <summary>The store is gone for a while, until the spool is full, under captured connections of each version of HTTP.</summary>
public sealed class StoreFaultTests(SmallSpoolCapture pod) : IClassFixture<SmallSpoolCapture>
{
    private int _number;

    [NetworkFact]
    public async Task Agents_wait_and_nothing_is_lost()
    {
        using var first = pod.Client(World.App);
        using var second = pod.Client(World.App, HttpVersion.Version20);
        using var plain = pod.Client(World.App, port: 80);
        var store = Path.Combine(pod.Sidecar.StoreFolder, "store.json");
        File.Move(store, store + ".gone");
        var full = pod.UntilAsync("recorder_spool_full", 1);
        var asked = new List<Task<string>>();
        while (!full.IsCompleted)
        {
            asked.Add(AskAsync(first, "https"));
            asked.Add(AskAsync(second, "https"));
            asked.Add(AskAsync(plain, "http"));
            await Task.WhenAny(Task.WhenAll(asked), full);
        }
        await full;
        var waiting = AskAsync(first, "https");
        File.Move(store + ".gone", store);
        asked.Add(waiting);
        var answered = await Task.WhenAll(asked);
        await pod.UntilAsync("recorder_spool_full", 0);

        await pod.Sidecar.StopWhenShippedAsync();
        await CapturedStore.IsWholeAsync(pod.Sidecar.StoreFolder);
        var recorded = (await pod.RecordsAsync()).Where(record => record.Kind == "http.request").Select(record => CapturePod.TextOf(record, "head").Split(' ')[1]);
        Assert.Empty(answered.Except(recorded));
    }

    /// <summary>A request that cannot be compressed much, answered; its path.</summary>
    private async Task<string> AskAsync(HttpClient client, string scheme)
    {
        var path = $"/fault/{Interlocked.Increment(ref _number)}";
        using var answer = await client.PostAsync(new Uri($"{scheme}://app.target.test{path}"), new StringContent(RandomNumberGenerator.GetHexString(64 << 10)));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return path;
    }
}

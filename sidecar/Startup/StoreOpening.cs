using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Sidecar.Ship;

namespace K8sRecorder.Sidecar.Startup;

/// <summary>Opens the store and learns its id, which every open statement names. The id is kept in the spool folder: a restart needs no store.</summary>
internal static class StoreOpening
{
    private const string FileName = "store-id";

    // what waits for the recorder waits for this; and without an id it cannot begin
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(30);

    public static async Task<(IRecordingStore Store, string Id)> OpenAsync(SidecarConfiguration configuration, ILogger logger, CancellationToken cancellationToken)
    {
        var store = configuration.Store.OpenStore(configuration.Azure);
        var known = Path.Combine(configuration.SpoolFolder, FileName);
        var recalled = Recall(known, configuration.Store);
        try
        {
            var id = await IdentifyAsync(store, recalled, cancellationToken);
            Remember(known, configuration.Store, id);
            return (store, id);
        }
        catch (StoreException failure) when (recalled is not null)
        {
            logger.StoreNotReachable(failure.Fault.ToString(), ShippingAdvice.For(failure.Fault));
            return (store, recalled);
        }
        catch (StoreException failure)
        {
            await store.DisposeAsync();
            throw new StoreException(failure.Fault, $"the store cannot be used: {failure.Message}. {ShippingAdvice.For(failure.Fault)}", failure);
        }
    }

    private static async Task<string> IdentifyAsync(IRecordingStore store, string? recalled, CancellationToken cancellationToken)
    {
        var patience = recalled is null ? FirstPatience : Patience;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            // a store that was one is not made again: what has no identity now is an empty folder where a volume should be
            var asking = recalled is null
                ? CreateAsync(store, limit.Token)
                : StoreIdentity.ReadAsync((IRecordingReader)store, limit.Token).AsTask();
            return await asking.WaitAsync(limit.Token) ?? throw new StoreException(StoreFault.NotAStore, "store.json is not there any more");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StoreException(StoreFault.Unavailable, $"no answer within {patience.TotalSeconds} s");
        }
    }

    private static async Task<string?> CreateAsync(IRecordingStore store, CancellationToken cancellationToken) =>
        await StoreIdentity.GetOrCreateAsync(store, (IRecordingReader)store, null, cancellationToken);

    // a crash here leaves a torn file at worst: it does not parse, and the next start asks the store again
    private static void Remember(string file, StoreUrl url, string id)
    {
        if (Recall(file, url) == id)
            return;
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var writer = new StreamWriter(file, options);
            writer.Write($"{id} {url}\n");
        }
        catch (IOException full) when (RecordingSpool.IsFull(full))
        {
            // the next start has to ask the store
        }
    }

    private static string? Recall(string file, StoreUrl url)
    {
        if (!File.Exists(file))
            return null;
        var parts = File.ReadAllText(file).TrimEnd('\n').Split(' ', 2);
        return parts.Length == 2 && parts[1] == url.ToString() && StoreIdentity.IsId(parts[0]) ? parts[0] : null;
    }
}

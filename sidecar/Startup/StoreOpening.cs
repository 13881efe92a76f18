using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Sidecar.Startup;

/// <summary>Opens the store and learns its id, which every open statement names. The id is kept in the spool folder: a restart needs no store.</summary>
internal static class StoreOpening
{
    private const string FileName = "store-id";

    public static async Task<(IRecordingStore Store, string Id)> OpenAsync(SidecarConfiguration configuration, ILogger logger, CancellationToken cancellationToken)
    {
        var store = configuration.Store.OpenStore(configuration.Azure);
        var known = Path.Combine(configuration.SpoolFolder, FileName);
        try
        {
            var id = await StoreIdentity.GetOrCreateAsync(store, (IRecordingReader)store, null, cancellationToken);
            Remember(known, configuration.Store, id);
            return (store, id);
        }
        catch (StoreException failure) when (failure.IsTransient && Recall(known, configuration.Store) is not null)
        {
            logger.StoreNotReachable();
            return (store, Recall(known, configuration.Store)!);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

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

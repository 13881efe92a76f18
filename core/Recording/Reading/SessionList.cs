using System.Globalization;
using System.Runtime.CompilerServices;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Reading;

/// <summary>The sessions of a store by its folders: it costs one listing a day that is looked at, and no index is needed.</summary>
public static class SessionList
{
    /// <summary>The sessions that started on the given UTC days (both ends included, either may be open), newest first.</summary>
    public static async IAsyncEnumerable<SessionReference> NewestFirstAsync(
        IRecordingReader store, DateOnly? from, DateOnly? to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        await foreach (var year in FoldersAsync(store, StoreLayout.Sessions, cancellationToken))
            await foreach (var month in FoldersAsync(store, year, cancellationToken))
                await foreach (var day in FoldersAsync(store, month, cancellationToken))
                {
                    if (!DateOnly.TryParseExact(day, "'sessions/'yyyy'/'MM'/'dd'/'", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                        || date < from || date > to)
                        continue;
                    await foreach (var folder in FoldersAsync(store, day, cancellationToken))
                        if (StoreLayout.SessionOfPrefix(folder) is { } id)
                            yield return new SessionReference(id, StoreLayout.TimeOf(id));
                }
    }

    /// <summary>The session of this id, or the only one that begins so; null where there is none, and where there are several.</summary>
    public static async ValueTask<SessionReference?> FindAsync(IRecordingReader store, string idOrPrefix, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(idOrPrefix);
        SessionReference? found = null;
        await foreach (var session in NewestFirstAsync(store, null, null, cancellationToken))
        {
            if (!session.Id.StartsWith(idOrPrefix, StringComparison.OrdinalIgnoreCase))
                continue;
            if (found is not null)
                return null;
            found = session;
        }

        return found;
    }

    // Ids and days sort by time, so the newest is last in a listing.
    private static async IAsyncEnumerable<string> FoldersAsync(
        IRecordingReader store, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folders = new List<string>();
        await foreach (var folder in store.ListFoldersAsync(prefix, cancellationToken))
            folders.Add(folder);
        for (var i = folders.Count - 1; i >= 0; i--)
            if (StoreKey.IsValidPrefix(folders[i]))
                yield return folders[i];
    }
}

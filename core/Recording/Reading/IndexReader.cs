using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Reading;

/// <summary>
/// Searches the index. Rows of sessions whose prefix is gone are dropped: expiry deletes a prefix and leaves the index alone. A damaged file
/// is a finding, and the others are still read.
/// </summary>
public sealed class IndexReader(IRecordingReader store)
{
    private readonly Dictionary<DateOnly, HashSet<string>> _sessionsOf = [];
    private readonly List<Finding> _findings = [];

    /// <summary>What was wrong with files.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>The rows of the sessions that started on a day, in no order.</summary>
    public IAsyncEnumerable<IndexEntry> DayAsync(DateOnly day, CancellationToken cancellationToken) =>
        RowsAsync(StoreLayout.IndexDayPrefix(day), cancellationToken);

    /// <summary>The rows of the sessions that started in an hour, in no order.</summary>
    public IAsyncEnumerable<IndexEntry> HourAsync(DateTimeOffset hour, CancellationToken cancellationToken) =>
        RowsAsync(StoreLayout.IndexHourPrefix(hour), cancellationToken);

    /// <summary>All rows, in no order.</summary>
    public IAsyncEnumerable<IndexEntry> AllAsync(CancellationToken cancellationToken) => RowsAsync(StoreLayout.Index, cancellationToken);

    private async IAsyncEnumerable<IndexEntry> RowsAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entry in store.ListAsync(prefix, cancellationToken))
            foreach (var row in await ReadAsync(entry.Key, cancellationToken))
                if (await IsThereAsync(row.Session, cancellationToken))
                    yield return row;
    }

    private async ValueTask<List<IndexEntry>> ReadAsync(string key, CancellationToken cancellationToken)
    {
        var rows = new List<IndexEntry>();
        if (StoreLayout.IndexDigest(key) is not { } digest)
            return rows;
        byte[]? stored;
        try
        {
            stored = await store.GetAsync(key, ReadLimits.StoredBytes, cancellationToken);
        }
        catch (StoreException e) when (e.Fault == StoreFault.TooLarge)
        {
            stored = [];
        }

        if (stored is null)
            return rows;
        var plain = Convert.ToHexStringLower(SHA256.HashData(stored)) == digest
            ? Gunzip.TryRead(stored, ReadLimits.PlainBytes, out var length, out _)
            : Nothing(out length);
        if (plain is null)
        {
            _findings.Add(new Finding(FindingCode.Index, "the index file is damaged") { Key = key });
            return rows;
        }

        foreach (var range in plain.AsSpan(0, length).Split((byte)'\n'))
            if (!plain.AsSpan(range).IsEmpty && IndexEntry.TryParse(plain.AsSpan(range)) is { } row)
                rows.Add(row);
        ArrayPool<byte>.Shared.Return(plain);
        return rows;
    }

    private static byte[]? Nothing(out int length)
    {
        length = 0;
        return null;
    }

    private async ValueTask<bool> IsThereAsync(string session, CancellationToken cancellationToken)
    {
        var day = StoreLayout.DayOf(session);
        if (!_sessionsOf.TryGetValue(day, out var sessions))
        {
            sessions = new HashSet<string>(StringComparer.Ordinal);
            await foreach (var folder in store.ListFoldersAsync(StoreLayout.DayPrefix(day), cancellationToken))
                if (StoreLayout.SessionOfPrefix(folder) is { } id)
                    sessions.Add(id);
            _sessionsOf[day] = sessions;
        }

        return sessions.Contains(session);
    }
}

using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Verify;

/// <summary>
/// Checks the index against the recordings. It is derived and proves nothing, but an auditor searches by it: so its files must be the ones they
/// are named after, and their rows must say what the records say. Rows of sessions that are gone are left alone: expiry does not touch the index.
/// </summary>
internal sealed class IndexVerifier(IRecordingReader store)
{
    private const int MaxFindings = 1000;

    private readonly HashSet<DateOnly> _days = [];
    private IReadOnlyDictionary<string, IndexedSession> _sessions = new Dictionary<string, IndexedSession>();

    public List<Finding> Findings { get; } = [];

    public int Files { get; private set; }

    public long Rows { get; private set; }

    /// <summary>The files of the sessions that started on a day, against all of those that are in the store.</summary>
    public async ValueTask VerifyDayAsync(DateOnly day, IReadOnlyDictionary<string, IndexedSession> sessions, CancellationToken cancellationToken)
    {
        _days.Add(day);
        _sessions = sessions;
        await foreach (var entry in store.ListAsync(StoreLayout.IndexDayPrefix(day), cancellationToken))
            await VerifyObjectAsync(entry.Key, cancellationToken);
    }

    /// <summary>The files of all other days, of which no session is left, and what is no index file.</summary>
    public async ValueTask VerifyRestAsync(CancellationToken cancellationToken)
    {
        _sessions = new Dictionary<string, IndexedSession>();
        await foreach (var entry in store.ListAsync(StoreLayout.Index, cancellationToken))
            if (StoreLayout.IndexHour(entry.Key) is not { } hour || !_days.Contains(DateOnly.FromDateTime(hour.UtcDateTime)))
                await VerifyObjectAsync(entry.Key, cancellationToken);
    }

    private async ValueTask VerifyObjectAsync(string key, CancellationToken cancellationToken)
    {
        Files++;
        if (Findings.Count >= MaxFindings)
            return;
        if (StoreLayout.IndexDigest(key) is not { } digest)
            Add(key, "the object is no index file by its name");
        else
            await VerifyFileAsync(key, digest, cancellationToken);
    }

    private async ValueTask VerifyFileAsync(string key, string digest, CancellationToken cancellationToken)
    {
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
            return; // deleted since it was listed
        if (Convert.ToHexStringLower(SHA256.HashData(stored)) != digest)
        {
            Add(key, "the index file's bytes are not the ones it is named after");
            return;
        }

        var plain = Gunzip.TryRead(stored, ReadLimits.PlainBytes, out var length, out _);
        if (plain is null)
        {
            Add(key, "the index file does not gunzip");
            return;
        }

        foreach (var range in plain.AsSpan(0, length).Split((byte)'\n'))
            if (!plain.AsSpan(range).IsEmpty && Findings.Count < MaxFindings)
                VerifyRow(key, plain.AsSpan(range));
        ArrayPool<byte>.Shared.Return(plain);
    }

    private void VerifyRow(string key, ReadOnlySpan<byte> line)
    {
        Rows++;
        if (IndexEntry.TryParse(line) is not { } row)
        {
            Add(key, "a line of the index file is no row");
            return;
        }

        if (StoreLayout.IndexHour(key) is { } hour && StoreLayout.TimeOf(row.Session) is var start && (start < hour || start >= hour.AddHours(1)))
            Add(key, "a row stands in another hour than its session's", row);
        if (!_sessions.TryGetValue(row.Session, out var session))
            return;
        if (!session.Exchanges.TryGetValue(row.Channel, out var facts))
        {
            if (session.IsWhole)
                Add(key, $"a row names channel {row.Channel}, of which there is no record", row);
        }
        else if ((facts.At is { } at && row.At != at) || (facts.Target is { } target && row.Target != target)
            || (facts.Method is { } method && row.Method is not null && row.Method != method)
            || (facts.Status is { } status && row.Status is not null && row.Status != status))
        {
            Add(key, string.Create(CultureInfo.InvariantCulture, $"a row contradicts the records of channel {row.Channel}"), row);
        }
    }

    private void Add(string key, string sentence, IndexEntry? row = null) =>
        Findings.Add(new Finding(FindingCode.Index, sentence) { Key = key, Session = row?.Session });
}

using System.Runtime.CompilerServices;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Reading;

/// <summary>
/// Reads one session: its statement, its records in order, and the contents they commit to, each part checked against its record. It does
/// not judge the session, that is <see cref="Verify.SessionVerifier"/>'s; what it stumbles over is in <see cref="Findings"/>. A live session is followed by
/// <see cref="RefreshAsync"/> and <see cref="RecordsAsync"/> from the next number. For one caller at a time.
/// </summary>
public sealed class SessionReader
{
    private const long CacheBytes = 64 << 20;

    private readonly IRecordingReader _store;
    private readonly ChunkCache _cache;
    private readonly PartResolver _parts;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<Finding> _findings = [];
    private List<ChunkPlace> _chunks = [];

    private SessionReader(IRecordingReader store, string id)
    {
        _store = store;
        Id = id;
        _cache = new ChunkCache(store, CacheBytes);
        _parts = new PartResolver(_cache);
    }

    /// <summary>The session.</summary>
    public string Id { get; }

    /// <summary>The time in its id.</summary>
    public DateTimeOffset StartedAt => StoreLayout.TimeOf(Id);

    /// <summary>The open statement, not yet believed; null where it is not there or cannot be read.</summary>
    public SessionStatement? Statement { get; private set; }

    /// <summary>The chunks in order.</summary>
    public IReadOnlyList<ChunkPlace> Chunks => _chunks;

    /// <summary>What was found to be wrong while reading.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>The number behind the last record that is in the store: where <see cref="RecordsAsync"/> goes on after a <see cref="RefreshAsync"/>.</summary>
    public long NextSeq => _chunks.Count == 0 ? 0 : _chunks[^1].FirstSeq + _chunks[^1].Records;

    /// <summary>Whether the last record that is in the store closes the session.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Opens a session that has a prefix in the store, and reads which chunks it has.</summary>
    public static async ValueTask<SessionReader> OpenAsync(IRecordingReader store, string session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var reader = new SessionReader(store, session);
        await reader.RefreshAsync(cancellationToken);
        return reader;
    }

    /// <summary>Looks for chunks that came since; how many there are.</summary>
    public async ValueTask<int> RefreshAsync(CancellationToken cancellationToken)
    {
        if (Statement is null)
            await ReadStatementAsync(cancellationToken);
        var added = await AddChunksAsync(cancellationToken);
        // A listing is no snapshot: a chunk may be seen that was shipped after one that was not. The second look sees both.
        if (added > 0 && !IsGapless)
            added += await AddChunksAsync(cancellationToken);
        if (added > 0)
            IsClosed = await EndsClosedAsync(cancellationToken);
        return added;
    }

    private bool IsGapless => _chunks.Select((c, i) => c.FirstSeq == (i == 0 ? 0 : _chunks[i - 1].FirstSeq + _chunks[i - 1].Records)).All(ok => ok);

    private async ValueTask<int> AddChunksAsync(CancellationToken cancellationToken)
    {
        var added = new List<ChunkPlace>();
        await foreach (var entry in _store.ListAsync(StoreLayout.SessionPrefix(Id) + StoreLayout.ChunkFolder, cancellationToken))
            if (StoreLayout.KindOf(Id, entry.Key, out var digest) == StoredKind.Chunk && _known.Add(entry.Key)
                && await PlaceAsync(entry.Key, digest!, cancellationToken) is { } place)
                added.Add(place);
        _chunks = [.. _chunks.Concat(added).OrderBy(c => c.FirstSeq).ThenBy(c => c.Name, StringComparer.Ordinal)];
        return added.Count;
    }

    /// <summary>The records from a number on, in order.</summary>
    public async IAsyncEnumerable<SessionRecord> RecordsAsync(long fromSeq, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = fromSeq;
        foreach (var place in _chunks)
        {
            if (place.FirstSeq + place.Records <= next)
                continue;
            var (chunk, _) = await _cache.GetAsync(place.Key, cancellationToken);
            if (chunk is null)
                continue;
            foreach (var record in chunk.Records)
            {
                // A record that a forked chunk repeats is given once.
                if (record.Seq < next)
                    continue;
                next = record.Seq + 1;
                yield return new SessionRecord(
                    this, place.Name, record, chunk.Kind(record), chunk.Plain.Slice(record.Start, record.Length).ToArray());
            }
        }
    }

    /// <summary>The HTTP exchanges in the order in which they ended; those without an end come last.</summary>
    public async IAsyncEnumerable<Exchange> ExchangesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pairing = new ExchangePairing();
        await foreach (var record in RecordsAsync(0, cancellationToken))
            if (pairing.Add(record) is { IsEnded: true } ended)
                yield return ended;
        foreach (var open in pairing.Open)
            yield return open;
    }

    /// <summary>The exchange of a channel, or null.</summary>
    public async ValueTask<Exchange?> FindExchangeAsync(long channel, CancellationToken cancellationToken)
    {
        await foreach (var exchange in ExchangesAsync(cancellationToken))
            if (exchange.Channel == channel)
                return exchange;
        return null;
    }

    /// <summary>Fetches a content and checks each part against the record that stores it.</summary>
    public ValueTask<Content> ReadAsync(ContentReference content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        return _parts.ReadAsync(content, Statement?.Salt, cancellationToken);
    }

    internal long LengthOf(IReadOnlyList<PartRange> parts) => _parts.LengthOf(parts);

    private async ValueTask ReadStatementAsync(CancellationToken cancellationToken)
    {
        var key = StoreLayout.OpenKey(Id);
        byte[]? bytes;
        try
        {
            bytes = await _store.GetAsync(key, ReadLimits.StatementBytes, cancellationToken);
        }
        catch (StoreException e) when (e.Fault == StoreFault.TooLarge)
        {
            bytes = [];
        }

        var problem = "there is no open statement";
        if (bytes is not null)
            Statement = StatementReader.TryRead(bytes, out problem);
        if (Statement is null && !_findings.Any(f => f.Key == key))
            _findings.Add(new Finding(bytes is null ? FindingCode.StatementMissing : FindingCode.StatementSyntax, problem) { Key = key });
    }

    private async ValueTask<ChunkPlace?> PlaceAsync(string key, string name, CancellationToken cancellationToken)
    {
        var (chunk, stored) = await _cache.GetAsync(key, cancellationToken);
        if (chunk is null)
        {
            _findings.Add(new Finding(FindingCode.Unreadable, "the chunk cannot be read") { Key = key });
            return null;
        }

        _findings.AddRange(chunk.Findings);
        if (chunk.Session != Id)
        {
            _findings.Add(new Finding(FindingCode.LineSyntax, "the chunk is not one of this session") { Key = key });
            return null;
        }

        _parts.Add(key, chunk);
        var head = chunk.Heads.Count > 0 ? chunk.Heads[^1] : null;
        return new ChunkPlace(name, key, stored, chunk.PlainLength, chunk.FirstSeq, chunk.Records.Count, head);
    }

    private async ValueTask<bool> EndsClosedAsync(CancellationToken cancellationToken)
    {
        var (chunk, _) = await _cache.GetAsync(_chunks[^1].Key, cancellationToken);
        return chunk is { Records.Count: > 0 } && chunk.Kind(chunk.Records[^1]) is "session.closed" or "session.recovered";
    }
}

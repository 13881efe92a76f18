using System.Globalization;

namespace K8sRecorder.Recording.Stores;

/// <summary>Every key of a store, made and taken apart here and nowhere else (docs/recording-format.md, Objects).</summary>
public static class StoreLayout
{
    /// <summary>The store's identity.</summary>
    public const string StoreJson = "store.json";

    /// <summary>Where all sessions are.</summary>
    public const string Sessions = "sessions/";

    /// <summary>Where all index files are.</summary>
    public const string Index = "index/";

    /// <summary>The open statement's name under a session's prefix.</summary>
    public const string OpenName = "open.json";

    /// <summary>The close object's name under a session's prefix.</summary>
    public const string CloseName = "close.json";

    /// <summary>The folder of the chunks under a session's prefix.</summary>
    public const string ChunkFolder = "sha256/";

    private const string IndexSuffix = ".ndjson.gz";
    private const int SessionIdLength = 26;
    private const int DigestLength = 64;

    /// <summary>The prefix of one session, ending in a slash. The day is the UTC day of the session id's time part.</summary>
    public static string SessionPrefix(string session) => DayPrefix(DayOf(session)) + session + "/";

    /// <summary>The key of a session's open statement.</summary>
    public static string OpenKey(string session) => SessionPrefix(session) + OpenName;

    /// <summary>The key of a session's close object.</summary>
    public static string CloseKey(string session) => SessionPrefix(session) + CloseName;

    /// <summary>The key of a chunk; <paramref name="sha256"/> is the digest of the stored bytes in lower-case hexadecimal.</summary>
    public static string ChunkKey(string session, string sha256) =>
        IsDigest(sha256) ? SessionPrefix(session) + ChunkFolder + sha256 : throw new ArgumentException("not a SHA-256", nameof(sha256));

    /// <summary>
    /// The key of an index file: by the hour of the session's start (which its id says), and named after the SHA-256 of its stored bytes, so
    /// that a damaged one is seen.
    /// </summary>
    public static string IndexKey(string session, string sha256) =>
        IsDigest(sha256) ? IndexHourPrefix(TimeOf(session)) + sha256 + IndexSuffix : throw new ArgumentException("not a SHA-256", nameof(sha256));

    /// <summary>The prefix of the sessions that started on a day.</summary>
    public static string DayPrefix(DateOnly day) => Sessions + day.ToString("yyyy'/'MM'/'dd'/'", CultureInfo.InvariantCulture);

    /// <summary>The prefix of the index files of the sessions that started on a day.</summary>
    public static string IndexDayPrefix(DateOnly day) => Index + day.ToString("'date='yyyy'-'MM'-'dd'/'", CultureInfo.InvariantCulture);

    /// <summary>The prefix of the index files of the sessions that started in an hour.</summary>
    public static string IndexHourPrefix(DateTimeOffset at) =>
        Index + at.UtcDateTime.ToString("'date='yyyy'-'MM'-'dd'/hour='HH'/'", CultureInfo.InvariantCulture);

    /// <summary>Whether the text is a session id: a ULID in lower case.</summary>
    public static bool IsSession(ReadOnlySpan<char> text) => UlidTime.TryRead(text, out _);

    /// <summary>Whether the text is 64 lower-case hexadecimal digits.</summary>
    public static bool IsDigest(ReadOnlySpan<char> text) => text.Length == DigestLength && !text.ContainsAnyExcept(Alphabets.Hex);

    /// <summary>The time in a session id.</summary>
    public static DateTimeOffset TimeOf(string session) =>
        UlidTime.TryRead(session, out var time) ? time : throw new ArgumentException("not a session id", nameof(session));

    /// <summary>The UTC day of a session id.</summary>
    public static DateOnly DayOf(string session) => DateOnly.FromDateTime(TimeOf(session).UtcDateTime);

    /// <summary>The session of a folder <c>sessions/yyyy/mm/dd/session/</c>, or null where the folder is not a session's or the day is not its own.</summary>
    public static string? SessionOfPrefix(string prefix)
    {
        var id = prefix.Length > SessionIdLength && prefix[^1] == '/' ? prefix[^(SessionIdLength + 1)..^1] : "";
        return IsSession(id) && SessionPrefix(id) == prefix ? id : null;
    }

    /// <summary>What an object under a session's prefix is, by its name; a chunk's digest comes with it.</summary>
    public static StoredKind KindOf(string session, string key, out string? digest)
    {
        digest = null;
        var prefix = SessionPrefix(session);
        if (!key.StartsWith(prefix, StringComparison.Ordinal))
            return StoredKind.Unknown;
        var name = key[prefix.Length..];
        if (name == OpenName)
            return StoredKind.Open;
        if (name == CloseName)
            return StoredKind.Close;
        if (!name.StartsWith(ChunkFolder, StringComparison.Ordinal) || !IsDigest(name.AsSpan(ChunkFolder.Length)))
            return StoredKind.Unknown;
        digest = name[ChunkFolder.Length..];
        return StoredKind.Chunk;
    }

    /// <summary>The digest in an index file's key, or null where the key is not <c>index/date=…/hour=…/&lt;sha256&gt;.ndjson.gz</c>.</summary>
    public static string? IndexDigest(string key)
    {
        const int PrefixLength = 30; // index/date=yyyy-mm-dd/hour=hh/
        if (key.Length != PrefixLength + DigestLength + IndexSuffix.Length || !key.EndsWith(IndexSuffix, StringComparison.Ordinal))
            return null;
        var digest = key.Substring(PrefixLength, DigestLength);
        return IsDigest(digest) && IndexHour(key) is { } hour && key.StartsWith(IndexHourPrefix(hour), StringComparison.Ordinal) ? digest : null;
    }

    /// <summary>The hour in an index file's key, or null.</summary>
    public static DateTimeOffset? IndexHour(string key) =>
        key.StartsWith(Index, StringComparison.Ordinal) && key.Length >= 30
        && DateTimeOffset.TryParseExact(
            key.AsSpan(Index.Length, 24), "'date='yyyy'-'MM'-'dd'/hour='HH'/'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var hour)
            ? hour
            : null;
}

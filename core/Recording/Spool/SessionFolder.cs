using System.Globalization;
using K8sRecorder.Recording.Format;

namespace K8sRecorder.Recording.Spool;

/// <summary>The names in a session's folder of the spool.</summary>
/// <remarks>
/// <c>open.json</c>, <c>&lt;firstSeq&gt;.open</c> (record file), <c>&lt;firstSeq&gt;-&lt;sha256&gt;.chunk</c>,
/// <c>&lt;firstSeq&gt;-&lt;sha256&gt;.index</c>, <c>close.json</c>. All but the record file are spool entries: finished bytes that wait for
/// shipping. A file that is not what was written is kept under its name with <c>.damaged</c> behind it, for whoever wants to look; nothing here
/// reads it again, but for the counts of a recovery that was interrupted.
/// </remarks>
internal sealed class SessionFolder(string spool, SessionId session)
{
    public const string OpenName = "open.json";
    public const string CloseName = "close.json";
    private const string DamagedSuffix = ".damaged";
    private const string RecordSuffix = ".open";
    private const string ChunkSuffix = ".chunk";
    private const string IndexSuffix = ".index";
    private const int SeqDigits = 20;

    /// <summary>A link is nothing of ours: what it leads to is neither read nor written.</summary>
    internal static readonly EnumerationOptions NoLinks = new() { AttributesToSkip = FileAttributes.ReparsePoint, MatchType = MatchType.Simple };

    private const int DigestDigits = 64;

    public SessionId Session => session;

    public string Folder { get; } = Path.Combine(spool, session.ToString());

    public string OpenPath => Path.Combine(Folder, OpenName);

    public string ClosePath => Path.Combine(Folder, CloseName);

    public string RecordPath(long firstSeq) => Path.Combine(Folder, Number(firstSeq) + RecordSuffix);

    public string ChunkPath(long firstSeq, string digest) => Path.Combine(Folder, $"{Number(firstSeq)}-{digest}{ChunkSuffix}");

    public string IndexPath(long firstSeq, string digest) => Path.Combine(Folder, $"{Number(firstSeq)}-{digest}{IndexSuffix}");

    /// <summary>The number in a record file's name, and where its session's mark lies.</summary>
    public static (long FirstSeq, string Path) MarkOf(string recordFile, string keys) => (
        long.Parse(Path.GetFileNameWithoutExtension(recordFile), NumberStyles.None, CultureInfo.InvariantCulture),
        Path.Combine(keys, Path.GetFileName(Path.GetDirectoryName(recordFile)) + SpoolMark.Suffix));

    /// <summary>Whether a path is a record file's.</summary>
    public static bool IsRecordFile(string path) => path.EndsWith(RecordSuffix, StringComparison.Ordinal);

    /// <summary>Everything in the folder, by name; none where it is gone.</summary>
    public string[] Files() => Sorted("*");

    /// <summary>The record files, oldest first.</summary>
    public string[] RecordFiles() => Sorted("*" + RecordSuffix);

    /// <summary>Name under which a file that is damaged is kept.</summary>
    public static string DamagedPath(string path) => path + DamagedSuffix;

    /// <summary>Name of the sealed chunk that begins with a record, where it is in the spool, whole.</summary>
    public string? ChunkOf(long firstSeq)
    {
        foreach (var path in Sorted(Number(firstSeq) + "-*" + ChunkSuffix))
        {
            if (TryEntry(path) is { } entry && entry.IsWhole(entry.ReadBytes()))
                return entry.Digest;
        }

        return null;
    }

    /// <summary>The open statement of a session that never got a record file; null where it is not one. Only while nobody writes the spool.</summary>
    public SpoolEntry? Unborn() =>
        Sorted("*") is [var only] && TryEntry(only) is { Kind: SpoolEntryKind.Open } entry ? entry : null;

    /// <summary>
    /// The entries that wait for shipping, in the order in which they must be shipped. A chunk whose record file is still there is not ready: its
    /// successor may not know its name yet. The close object waits for the same reason. An open statement alone is not ready either: its session
    /// has no record file yet, and may never get one.
    /// </summary>
    public IReadOnlyList<SpoolEntry> Entries()
    {
        var entries = new List<SpoolEntry>();
        var closing = RecordFiles().Length == 0;
        foreach (var path in Sorted("*"))
        {
            if (TryEntry(path) is not { } entry)
                continue;
            var ready = entry.Kind == SpoolEntryKind.Close ? closing : entry.Kind == SpoolEntryKind.Open || !File.Exists(RecordPath(entry.FirstSeq));
            if (ready)
                entries.Add(entry);
        }

        if (closing && entries is [{ Kind: SpoolEntryKind.Open }])
            entries.Clear();
        entries.Sort();
        return entries;
    }

    /// <summary>Takes a path of this folder apart; null where it is no entry.</summary>
    public SpoolEntry? TryEntry(string path) => Path.GetFileName(path) switch
    {
        OpenName => new SpoolEntry(session, SpoolEntryKind.Open, 0, "", path),
        CloseName => new SpoolEntry(session, SpoolEntryKind.Close, long.MaxValue, "", path),
        _ when TryChunk(path, out var seq, out var digest) => new SpoolEntry(session, SpoolEntryKind.Chunk, seq, digest, path),
        _ when TryNamed(path, IndexSuffix, out var seq, out var digest) => new SpoolEntry(session, SpoolEntryKind.Index, seq, digest, path),
        _ => null,
    };

    private static bool TryChunk(string path, out long seq, out string digest) => TryNamed(path, ChunkSuffix, out seq, out digest);

    private static bool TryNamed(string path, string suffix, out long seq, out string digest)
    {
        (seq, digest) = (0, "");
        var name = Path.GetFileName(path);
        if (name.Length != SeqDigits + 1 + DigestDigits + suffix.Length || !name.EndsWith(suffix, StringComparison.Ordinal))
            return false;
        digest = name.Substring(SeqDigits + 1, DigestDigits);
        return long.TryParse(name.AsSpan(0, SeqDigits), NumberStyles.None, CultureInfo.InvariantCulture, out seq);
    }

    private static string Number(long seq) => seq.ToString("D20", CultureInfo.InvariantCulture);

    private string[] Sorted(string pattern)
    {
        try
        {
            var files = Directory.GetFiles(Folder, pattern, NoLinks);
            Array.Sort(files, StringComparer.Ordinal);
            return files;
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }
}

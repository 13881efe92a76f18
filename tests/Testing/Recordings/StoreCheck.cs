using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Testing.Recordings;

/// <summary>
/// A second, small reader of a folder store, written from docs/recording-format.md alone: checks every digest, signature, number and part, and
/// gives the records with their content put together. For tests of the writer; slow and simple on purpose.
/// </summary>
public sealed class StoreCheck
{
    private readonly string _folder;
    private readonly Dictionary<string, ECDsa> _keys = [];

    private StoreCheck(string folder) => _folder = folder;

    /// <summary>What is wrong; empty where all is sound.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>The records of every session, in order.</summary>
    public Dictionary<string, List<CheckedRecord>> Sessions { get; } = [];

    /// <summary>Bytes of all objects.</summary>
    public long StoredBytes { get; private set; }

    /// <summary>Sessions with a close object.</summary>
    public HashSet<string> Closed { get; } = [];

    /// <summary>Reads a whole store.</summary>
    public static StoreCheck Run(string folder)
    {
        var check = new StoreCheck(folder);
        var root = Path.Combine(folder, "sessions");
        var prefixes = Directory.Exists(root)
            ? Directory.GetFiles(root, "open.json", SearchOption.AllDirectories).Select(path => Path.GetDirectoryName(path)!).Order().ToList()
            : [];
        foreach (var prefix in prefixes)
            check.Guard(prefix, () => check.ReadStatement(prefix));
        foreach (var prefix in prefixes)
            check.Guard(prefix, () => check.ReadSession(prefix));
        check.StoredBytes = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length);
        return check;
    }

    private void Guard(string prefix, Action step)
    {
        try
        {
            step();
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or KeyNotFoundException or FormatException or InvalidOperationException
            or CryptographicException or IndexOutOfRangeException or ArgumentException)
        {
            Problems.Add($"{prefix}: {e.GetType().Name} {e.Message}");
        }
    }

    private void ReadStatement(string prefix)
    {
        var text = File.ReadAllText(Path.Combine(prefix, "open.json"));
        using var document = JsonDocument.Parse(text);
        var statement = document.RootElement.GetProperty("statement");
        var session = statement.GetProperty("session").GetString()!;
        Expect(prefix.EndsWith(session, StringComparison.Ordinal), $"{session}: not its folder");
        Expect(Path.GetRelativePath(_folder, prefix).Replace('\\', '/') + "/" == StoreLayout.SessionPrefix(session), $"{session}: not its day");
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(statement.GetProperty("key").GetBytesFromBase64(), out _);
        _keys[session] = key;
        Expect(Verifies(key, "k8srecorder.io/open/1\n" + statement.GetRawText(), document.RootElement), $"{session}: statement's signature");
        var salt = document.RootElement.GetProperty("salt").GetBytesFromBase64();
        var saltId = Convert.ToHexStringLower(SHA256.HashData([.. "k8srecorder.io/salt/1\n"u8, .. salt]))[..32];
        Expect(statement.GetProperty("saltId").GetString() == saltId, $"{session}: salt");
    }

    private void ReadSession(string prefix)
    {
        var session = Path.GetFileName(prefix);
        using var open = JsonDocument.Parse(File.ReadAllText(Path.Combine(prefix, "open.json")));
        var salt = open.RootElement.GetProperty("salt").GetBytesFromBase64();
        var chunks = new SortedDictionary<long, (string Name, string[] Lines)>();
        var folder = Path.Combine(prefix, "sha256");
        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder) : [])
        {
            // What a killed upload left under its temporary name is no object.
            if (Path.GetFileName(path).StartsWith(".tmp-", StringComparison.Ordinal))
                continue;
            var bytes = File.ReadAllBytes(path);
            var name = Path.GetFileName(path);
            Expect(Convert.ToHexStringLower(SHA256.HashData(bytes)) == name, $"{session}: chunk {name} is not its name");
            using var plain = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            var text = new StreamReader(plain, new UTF8Encoding(false, true)).ReadToEnd();
            Expect(text.EndsWith('\n'), $"{session}: chunk without last line feed");
            var lines = text[..^1].Split('\n');
            using var header = JsonDocument.Parse(lines[0]);
            var first = header.RootElement.GetProperty("firstSeq").GetInt64();
            Expect(chunks.TryAdd(first, (name, lines)), $"{session}: two chunks begin with {first}");
        }

        var records = Sessions[session] = [];
        var reader = new ChunkCheck(session, salt, records, Problems);
        var (previous, count, lastHead) = ("", 0L, "");
        foreach (var (first, chunk) in chunks)
        {
            using var header = JsonDocument.Parse(chunk.Lines[0]);
            Expect(header.RootElement.GetProperty("session").GetString() == session, $"{session}: chunk of another session");
            Expect(header.RootElement.GetProperty("previous").GetString() == previous, $"{session}: previous of {first}");
            Expect(first == records.Count, $"{session}: chunk begins with {first}, {records.Count} expected");
            reader.Read(chunk.Lines);
            count++;
            foreach (var line in chunk.Lines.Where(line => line.StartsWith("{\"head\"", StringComparison.Ordinal)))
                CheckHead(session, line, reader, count, previous);
            lastHead = chunk.Lines[^1];
            Expect(lastHead.StartsWith("{\"head\"", StringComparison.Ordinal), $"{session}: no head at the end of a chunk");
            Expect(HeadSize(lastHead) == records.Count, $"{session}: last head does not cover its chunk");
            previous = chunk.Name;
        }

        var close = Path.Combine(prefix, "close.json");
        if (!File.Exists(close))
            return;
        Closed.Add(session);
        using var last = JsonDocument.Parse(lastHead);
        var at = last.RootElement.GetProperty("head").GetProperty("at").GetString();
        Expect(
            File.ReadAllText(close) == $"{{\"size\":{records.Count},\"at\":\"{at}\",\"lastChunk\":\"{previous}\"}}\n",
            $"{session}: close.json does not name the last chunk");
    }

    private static long HeadSize(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty("head").GetProperty("size").GetInt64();
    }

    private void CheckHead(string session, string line, ChunkCheck reader, long count, string previous)
    {
        using var document = JsonDocument.Parse(line);
        var head = document.RootElement.GetProperty("head");
        var by = head.TryGetProperty("by", out var other) ? other.GetString()! : session;
        Expect(Verifies(_keys[by], "k8srecorder.io/head/1\n" + head.GetRawText(), document.RootElement), $"{session}: head's signature");
        Expect(head.GetProperty("session").GetString() == session, $"{session}: head of another session");
        Expect(head.GetProperty("chunkCount").GetInt64() == count, $"{session}: chunkCount");
        Expect(head.GetProperty("previousChunk").GetString() == previous, $"{session}: previousChunk");
        var size = (int)head.GetProperty("size").GetInt64();
        Expect(head.GetProperty("root").GetString() == reader.Root(size), $"{session}: root of {size}");
    }

    private static bool Verifies(ECDsa key, string text, JsonElement signed) => key.VerifyData(
        Encoding.UTF8.GetBytes(text), signed.GetProperty("signature").GetBytesFromBase64(), HashAlgorithmName.SHA256,
        DSASignatureFormat.Rfc3279DerSequence);

    private void Expect(bool condition, string problem)
    {
        if (!condition)
            Problems.Add(problem);
    }
}

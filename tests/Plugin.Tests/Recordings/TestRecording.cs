using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Plugin.Tests.Recordings;

/// <summary>
/// Writes a session by the letter of docs/recording-format.md, and by nothing else: what the reader and the verifier make of it is then
/// no echo of the recorder. Every record is written by hand, so hostile ones are, too.
/// </summary>
internal sealed class TestRecording : IDisposable
{
    private readonly string _folder;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _salt = SHA256.HashData("salt"u8)[..16];
    private readonly List<byte[]> _leaves = [];
    private readonly StringBuilder _content = new();
    private readonly StringBuilder _records = new();
    private long _nextPart;
    private long _firstSeq;
    private long _chunks;
    private string _previous = "";

    public TestRecording(string folder, string id, IReadOnlyDictionary<string, object?>? statement = null)
    {
        (_folder, Id, At) = (folder, id, StoreLayout.TimeOf(id));
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, StoreLayout.StoreJson), StoreIdentity.Serialize(StoreId));
        var fields = new Dictionary<string, object?>
        {
            ["format"] = "k8srecorder/1",
            ["session"] = id,
            ["key"] = Convert.ToBase64String(_key.ExportSubjectPublicKeyInfo()),
            ["saltId"] = Convert.ToHexStringLower(SHA256.HashData([.. "k8srecorder.io/salt/1\n"u8, .. _salt]))[..32],
            ["store"] = StoreId,
        };
        foreach (var (name, value) in statement ?? new Dictionary<string, object?>())
            fields[name] = value;
        var signed = Json(JsonSerializer.SerializeToElement(fields));
        Put(StoreLayout.OpenKey(id), Encoding.UTF8.GetBytes(
            $$"""{"statement":{{signed}},"signature":"{{Sign("k8srecorder.io/open/1", signed)}}","salt":"{{Convert.ToBase64String(_salt)}}"}""" + "\n"));
    }

    public static string StoreId => "0123456789abcdefghjkmnpqrs";

    public string Id { get; }

    public DateTimeOffset At { get; set; }

    public string Fingerprint => "SHA256:" + Convert.ToBase64String(SHA256.HashData(_key.ExportSubjectPublicKeyInfo())).TrimEnd('=');

    public long NextPartNumber => _nextPart;

    /// <summary>Stores a part and returns it as an item of a part list.</summary>
    public string Part(byte[] bytes)
    {
        var part = _nextPart++;
        var text = System.Text.Unicode.Utf8.IsValid(bytes)
            ? "\"text\":" + Json(Encoding.UTF8.GetString(bytes))
            : "\"base64\":\"" + Convert.ToBase64String(bytes) + "\"";
        _content.Append(CultureInfo.InvariantCulture, $"{{\"part\":{part},{text}}}\n");
        return string.Create(CultureInfo.InvariantCulture, $"[{part},{bytes.Length},\"{Convert.ToBase64String(SHA256.HashData([.. _salt, .. bytes]))}\"]");
    }

    public string Part(string text) => Part(Encoding.UTF8.GetBytes(text));

    /// <summary>Takes the content line with this text out of the open chunk.</summary>
    public void Forget(string text)
    {
        var lines = _content.ToString().Split('\n').Where(line => !line.EndsWith("\"text\":" + Json(text) + "}", StringComparison.Ordinal));
        _content.Clear().Append(string.Join('\n', lines));
    }

    /// <summary>A body of one part, as the value of <c>body</c>.</summary>
    public string Body(byte[] bytes) =>
        bytes.Length == 0 ? """{"parts":[]}""" : string.Create(CultureInfo.InvariantCulture, $"{{\"parts\":[{Part(bytes)}]}}");

    public string Body(string text) => Body(Encoding.UTF8.GetBytes(text));

    /// <summary>Appends a record; the fields as they shall stand behind kind and channel, e.g. <c>"target":"a"</c>.</summary>
    public long Add(string kind, long? channel, params string[] fields)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{{\"seq\":{_leaves.Count},\"at\":\"{Time(At)}\",\"kind\":\"{kind}\"")
            + (channel is { } ch ? string.Create(CultureInfo.InvariantCulture, $",\"ch\":{ch}") : "")
            + string.Concat(fields.Select(field => "," + field)) + "}\n";
        _records.Append(line);
        _leaves.Add(SHA256.HashData([0, .. Encoding.UTF8.GetBytes(line)]));
        return _leaves.Count - 1;
    }

    public void Seal(string reason = "flush")
    {
        var plain = string.Create(CultureInfo.InvariantCulture,
            $"{{\"format\":\"k8srecorder/1\",\"session\":\"{Id}\",\"firstSeq\":{_firstSeq},\"previous\":\"{_previous}\"}}\n{_content}{_records}{Head(reason, ++_chunks)}\n");
        using var stored = new MemoryStream();
        // Not compressed, and signatures of one length: sizes are the same in every run.
        using (var gzip = new GZipStream(stored, CompressionLevel.NoCompression))
            gzip.Write(Encoding.UTF8.GetBytes(plain));
        var bytes = stored.ToArray();
        _previous = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Put(StoreLayout.ChunkKey(Id, _previous), bytes);
        _firstSeq = _leaves.Count;
        _content.Clear();
        _records.Clear();
    }

    public void Close(string reason = "stopped")
    {
        Add("session.closed", null, $"\"reason\":\"{reason}\"");
        Seal("closed");
        Put(
            StoreLayout.CloseKey(Id),
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"size\":{_leaves.Count},\"at\":\"{Time(At)}\",\"lastChunk\":\"{_previous}\"}}\n")));
    }

    public void Dispose() => _key.Dispose();

    public static string Json(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var c in text)
        {
            json.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\b' => "\\b",
                '\f' => "\\f",
                < ' ' => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }
        return json.Append('"').ToString();
    }

    private static string Json(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Json(value.GetString()!),
        JsonValueKind.Object => "{" + string.Join(',', value.EnumerateObject().Select(field => Json(field.Name) + ":" + Json(field.Value))) + "}",
        JsonValueKind.Array => "[" + string.Join(',', value.EnumerateArray().Select(Json)) + "]",
        _ => value.GetRawText(),
    };

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private string Head(string reason, long chunks)
    {
        var head = string.Create(CultureInfo.InvariantCulture,
            $"{{\"session\":\"{Id}\",\"size\":{_leaves.Count},\"root\":\"{Convert.ToHexStringLower(Root(0, _leaves.Count))}\",\"chunkCount\":{chunks},\"previousChunk\":\"{_previous}\",\"at\":\"{Time(At)}\",\"reason\":\"{reason}\"}}");
        return $$"""{"head":{{head}},"signature":"{{Sign("k8srecorder.io/head/1", head)}}"}""";
    }

    private string Sign(string context, string text)
    {
        const int CommonLength = 71;
        byte[] signature;
        do
            signature = _key.SignData(Encoding.UTF8.GetBytes(context + "\n" + text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        while (signature.Length != CommonLength);
        return Convert.ToBase64String(signature);
    }

    private byte[] Root(int from, int count)
    {
        if (count == 0)
            return SHA256.HashData([]);
        if (count == 1)
            return _leaves[from];
        var left = 1;
        while (left * 2 < count)
            left *= 2;
        return SHA256.HashData([1, .. Root(from, left), .. Root(from + left, count - left)]);
    }

    private void Put(string key, byte[] bytes)
    {
        var path = Path.Combine(_folder, key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }
}

using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Recording.Tests.Verify;

/// <summary>What somebody who can write to the store does to a session.</summary>
internal static class Surgery
{
    /// <summary>The chunks of a session in order of their records.</summary>
    public static List<string> Chunks(this RealStore store, RealStore.Written session) =>
        [.. store.Keys(session.Prefix + "sha256").OrderBy(key => ChunkReader.Read(File.ReadAllBytes(store.FileOf(key))).FirstSeq)];

    public static void Flip(this RealStore store, string key, int bit)
    {
        var bytes = File.ReadAllBytes(store.FileOf(key));
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        File.WriteAllBytes(store.FileOf(key), bytes);
    }

    public static List<string> Lines(this RealStore store, string key)
    {
        using var gzip = new GZipStream(File.OpenRead(store.FileOf(key)), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip, new UTF8Encoding(false));
        return [.. reader.ReadToEnd().Split('\n')[..^1]];
    }

    /// <summary>Compresses the lines again; under the old name, or under the name that is right for the new bytes.</summary>
    public static string Replace(this RealStore store, string key, IEnumerable<string> lines, bool rightName)
    {
        var bytes = Pack(lines);
        File.Delete(store.FileOf(key));
        var newKey = rightName ? key[..^64] + Convert.ToHexStringLower(SHA256.HashData(bytes)) : key;
        File.WriteAllBytes(store.FileOf(newKey), bytes);
        return newKey;
    }

    public static byte[] Pack(IEnumerable<string> lines)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            foreach (var line in lines)
                gzip.Write(Encoding.UTF8.GetBytes(line + "\n"));
        return packed.ToArray();
    }

    /// <summary>The whole session again under another key: statement, every head, every chunk name, the close object.</summary>
    public static string ResignAll(this RealStore store, RealStore.Written session)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var previous = "";
        foreach (var chunk in store.Chunks(session))
        {
            var lines = store.Lines(chunk);
            var header = JsonNode.Parse(lines[0])!;
            header["previous"] = previous;
            lines[0] = Text(header);
            for (var i = 0; i < lines.Count; i++)
                if (lines[i].StartsWith("{\"head\":", StringComparison.Ordinal))
                    lines[i] = ResignHead(lines[i], key, previous);
            previous = store.Replace(chunk, lines, rightName: true)[^64..];
        }

        var close = session.Prefix + "close.json";
        if (File.Exists(store.FileOf(close)))
        {
            var end = JsonNode.Parse(File.ReadAllText(store.FileOf(close)))!;
            end["lastChunk"] = previous;
            File.WriteAllText(store.FileOf(close), Text(end) + "\n");
        }

        var open = JsonNode.Parse(File.ReadAllText(store.FileOf(session.Prefix + "open.json")))!;
        var publicKey = key.ExportSubjectPublicKeyInfo();
        open["statement"]!["key"] = Convert.ToBase64String(publicKey);
        open["signature"] = Sign(key, "k8srecorder.io/open/1\n", Text(open["statement"]!));
        File.WriteAllText(store.FileOf(session.Prefix + "open.json"), Text(open) + "\n");
        return SessionStatement.FingerprintOf(publicKey);
    }

    public static string ResignHead(string line, ECDsa key, string previous)
    {
        var head = JsonNode.Parse(line)!;
        head["head"]!["previousChunk"] = previous;
        head["signature"] = Sign(key, "k8srecorder.io/head/1\n", Text(head["head"]!));
        return Text(head);
    }

    public static string Text(JsonNode node) =>
        node.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static string Sign(ECDsa key, string domain, string text) =>
        Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(domain + text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
}

using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace K8sRecorder.Testing;

/// <summary>Everything that a run left behind, decompressed, to be searched for what must not be there.</summary>
public sealed class Haystack
{
    private readonly List<(string Name, byte[] Bytes)> _straws = [];

    public int Count => _straws.Count;

    /// <summary>Adds every file under a folder; gzip files are added as stored and decompressed.</summary>
    public void AddFolder(string name, string folder)
    {
        // An empty file may be a lock that its owner lets nobody open.
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => new FileInfo(file).Length > 0))
            Add($"{name}/{Path.GetRelativePath(folder, file)}", File.ReadAllBytes(file));
    }

    public void Add(string name, byte[] bytes)
    {
        _straws.Add((name, bytes));
        if (bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
        {
            using var plain = new MemoryStream();
            using (var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress))
                gzip.CopyTo(plain);
            bytes = plain.ToArray();
            _straws.Add(($"{name} (gunzip)", bytes));
        }
        foreach (var (key, text) in JoinedStrings(Encoding.UTF8.GetString(bytes)))
            _straws.Add(($"{name} (joined {key})", Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Where the bytes are found; empty where they are nowhere.</summary>
    public IReadOnlyList<string> Find(ReadOnlySpan<byte> needle)
    {
        var found = new List<string>();
        foreach (var (name, bytes) in _straws)
            if (bytes.AsSpan().IndexOf(needle) >= 0)
                found.Add(name);
        return found;
    }

    public IReadOnlyList<string> Find(string needle) => Find(Encoding.UTF8.GetBytes(needle));

    /// <summary>Where a secret is found, in any of its forms.</summary>
    public IReadOnlyList<string> FindAnyForm(string secret) =>
        [.. SecretForms.Of(secret).SelectMany(f => Find(f.Bytes).Select(where => $"{f.Form} in {where}"))];

    /// <summary>The values of the keys that carry streamed text, one behind the other: a secret split over deltas is whole there.</summary>
    private static IEnumerable<(string Key, string Text)> JoinedStrings(string text)
    {
        foreach (var key in new[] { "content", "text", "partial_json", "arguments", "delta", "thinking" })
        {
            // Content lines hold the event as a JSON string, so its quotes are escaped there and bare in decoded text.
            var joined = string.Concat(
                Regex.Matches(text, $"\\\\?\"{key}\\\\?\": ?\\\\?\"((?:[^\"\\\\]|\\\\\\\\.)*)").Select(m => m.Groups[1].Value));
            if (joined.Length > 0)
                yield return (key, joined);
        }
    }
}

using System.Collections;
using System.Security.Cryptography;
using K8sRecorder.Fuzz.Coverage;

namespace K8sRecorder.Fuzz.Engine;

/// <summary>The inputs that each showed something new, kept in a folder from run to run.</summary>
internal sealed class Corpus
{
    private readonly BitArray _seen = new(EdgeMap.Size * EdgeMap.FeaturesPerEntry);
    private readonly List<Entry> _entries = [];
    private readonly string _folder;
    private readonly Random _random;

    public Corpus(string folder, Random random)
    {
        _folder = folder;
        _random = random;
        Directory.CreateDirectory(folder);
    }

    public int Count => _entries.Count;

    /// <summary>Features seen so far.</summary>
    public int Features { get; private set; }

    /// <summary>Ways from one basic block to the next that were taken.</summary>
    public int Branches { get; private set; }

    /// <summary>The inputs of earlier runs.</summary>
    public IEnumerable<byte[]> Kept() => Directory.EnumerateFiles(_folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes);

    /// <summary>Those of the features that no input had before.</summary>
    public List<int> New(IReadOnlyList<int> features)
    {
        var news = new List<int>();
        foreach (var feature in features)
        {
            if (!_seen[feature])
                news.Add(feature);
        }

        return news;
    }

    /// <summary>Keeps an input for what is new in it.</summary>
    public void Add(byte[] input, List<int> news, bool keep)
    {
        foreach (var feature in news)
        {
            if (_seen[feature])
                continue;
            _seen[feature] = true;
            Features++;
            Branches += EdgeMap.IsHit(feature) ? 1 : 0;
        }

        _entries.Add(new Entry(input, news.Count));
        if (keep)
            File.WriteAllBytes(Path.Combine(_folder, Convert.ToHexStringLower(SHA256.HashData(input))[..16]), input);
    }

    /// <summary>An input to go on from: new and rarely taken ones, small ones and those that showed much come first.</summary>
    public byte[] Pick()
    {
        if (_entries.Count == 0)
            return [];
        var best = _entries[_random.Next(_entries.Count)];
        for (var i = 0; i < 3; i++)
        {
            var other = _entries[_random.Next(2) == 0 ? _random.Next(_entries.Count) : _random.Next(Math.Max(0, _entries.Count - 1 - (_entries.Count / 4)), _entries.Count)];
            if (other.Score > best.Score)
                best = other;
        }

        best.Taken++;
        return best.Input;
    }

    /// <summary>Any input.</summary>
    public byte[] Any() => _entries.Count == 0 ? [] : _entries[_random.Next(_entries.Count)].Input;

    private sealed class Entry(byte[] input, int news)
    {
        public byte[] Input { get; } = input;

        public int Taken { get; set; }

        public double Score => Math.Log2(2 + news) / ((1 + Taken) * Math.Log2(16 + Input.Length));
    }
}

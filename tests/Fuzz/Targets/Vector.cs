using System.IO.Compression;
using K8sRecorder.Testing;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>The committed example of a store, and its plain chunk.</summary>
internal static class Vector
{
    private static readonly Lazy<SortedDictionary<string, byte[]>> All =
        new(() => MemoryReader.Of(RepositoryRoot.File("tests/Recording.Tests/Vectors/tiny")).Objects);

    public static IReadOnlyDictionary<string, byte[]> Objects => All.Value;

    public static string ChunkKey => Objects.Keys.Single(k => k.Contains("/sha256/", StringComparison.Ordinal));

    public static string Session => ChunkKey.Split('/')[^3];

    public static byte[] PlainChunk => Unpack(Objects[ChunkKey]);

    public static byte[] Object(string end) => Objects.Single(o => o.Key.EndsWith(end, StringComparison.Ordinal)).Value;

    public static byte[] Pack(ReadOnlySpan<byte> plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(plain);
        return packed.ToArray();
    }

    public static byte[] Unpack(byte[] stored)
    {
        using var gzip = new GZipStream(new MemoryStream(stored), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }
}

using System.Security.Cryptography;

namespace K8sRecorder.Masking.Output;

/// <summary>Keyed fingerprints: 60 bits of HMAC-SHA256 over the decoded secret, twelve characters of Crockford's base32.</summary>
internal sealed class Tagger
{
    /// <summary>Kinds below are guessable: a fingerprint would be an oracle for them.</summary>
    public const int MinEntropyBits = 80;

    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private readonly byte[] _key;

    public Tagger(byte[] key) => _key = [.. key];

    public string Tag(ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, secret, hash);
        var bits = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(hash);
        Span<char> tag = stackalloc char[12];
        for (var i = 0; i < tag.Length; i++)
            tag[i] = Alphabet[(int)((bits >> (59 - (5 * i))) & 31)];
        return new string(tag);
    }
}

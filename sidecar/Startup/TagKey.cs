using System.Security.Cryptography;

namespace K8sRecorder.Sidecar.Startup;

/// <summary>The key of the tags of masked values, and the id that open statements name it by.</summary>
internal sealed record TagKey(byte[] Key, string Id)
{
    private const int Length = 32;

    /// <summary>A key file holds 32 bytes, or their 64 hexadecimal digits. Null where it holds anything else.</summary>
    public static TagKey? Parse(ReadOnlySpan<byte> file)
    {
        if (file.Length == Length)
            return Of(file.ToArray());
        var text = file.Trim(" \t\r\n"u8);
        var key = new byte[Length];
        return text.Length == 2 * Length && Convert.FromHexString(text, key, out _, out _) == System.Buffers.OperationStatus.Done ? Of(key) : null;
    }

    /// <summary>A key for this run only: its tags can be compared with nobody else's.</summary>
    public static TagKey Random() => Of(RandomNumberGenerator.GetBytes(Length));

    // The id is public; it is made of the key by a one-way function, for a domain of its own.
    private static TagKey Of(byte[] key) =>
        new(key, Convert.ToHexStringLower(SHA256.HashData([.. "k8srecorder.io/tag-key/1\n"u8, .. key]))[..16]);
}

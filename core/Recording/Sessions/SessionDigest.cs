using System.Security.Cryptography;

namespace K8sRecorder.Recording.Sessions;

/// <summary>A keyed digest under way; see <see cref="RecordingSession.NewKeyedDigest"/>.</summary>
public sealed class SessionDigest : IDisposable
{
    private readonly IncrementalHash _hash;

    internal SessionDigest(ReadOnlySpan<byte> secret) => _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);

    /// <summary>Takes bytes in.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>The digest so far in lower-case hexadecimal; starts anew.</summary>
    public string Finish()
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(digest);
        return Convert.ToHexStringLower(digest);
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}

using System.Security.Cryptography;

namespace K8sRecorder.Recording.Reading;

/// <summary>An open statement, read but not yet believed: <see cref="Verify.SessionVerifier"/> says whether it holds. Null is: not stated.</summary>
public sealed record SessionStatement
{
    /// <summary>The session.</summary>
    public required string Session { get; init; }

    /// <summary>When it was opened.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>The session's public key, DER SubjectPublicKeyInfo.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>The id of the salt.</summary>
    public required string SaltId { get; init; }

    /// <summary>The id of the key of the tags.</summary>
    public string? TagKey { get; init; }

    /// <summary>The id of the store it was opened for.</summary>
    public string? Store { get; init; }

    /// <summary>The pod's namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>The pod.</summary>
    public string? Pod { get; init; }

    /// <summary>The pod's uid.</summary>
    public string? PodUid { get; init; }

    /// <summary>The node.</summary>
    public string? Node { get; init; }

    /// <summary>The pod's service account.</summary>
    public string? ServiceAccount { get; init; }

    /// <summary>Container name to image digest.</summary>
    public IReadOnlyDictionary<string, string> Images { get; init; } = new Dictionary<string, string>();

    /// <summary>The digest of the policy in force.</summary>
    public string? Policy { get; init; }

    /// <summary>Who is behind it.</summary>
    public SessionActorView? Actor { get; init; }

    /// <summary>The session that this one follows or recovers.</summary>
    public string? Previous { get; init; }

    /// <summary>The public key of the signer where that is not the session's own, DER SubjectPublicKeyInfo.</summary>
    public byte[]? Signer { get; init; }

    /// <summary>The salt, where it is not withheld.</summary>
    public byte[]? Salt { get; init; }

    /// <summary>The bytes of the statement object as they stand: what is signed.</summary>
    public required byte[] SignedBytes { get; init; }

    /// <summary>The signature, DER.</summary>
    public required byte[] Signature { get; init; }

    /// <summary>The session key's fingerprint: <c>SHA256:…</c>.</summary>
    public string Fingerprint => FingerprintOf(PublicKey);

    /// <summary>The signer's fingerprint; the session's own where it is self-signed.</summary>
    public string SignerFingerprint => FingerprintOf(Signer ?? PublicKey);

    /// <summary>The fingerprint of a public key: <c>SHA256:</c> and the unpadded base64 of the SHA-256 of its SubjectPublicKeyInfo.</summary>
    public static string FingerprintOf(ReadOnlySpan<byte> publicKey) =>
        "SHA256:" + Convert.ToBase64String(SHA256.HashData(publicKey)).TrimEnd('=');
}

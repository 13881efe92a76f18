using System.Security.Cryptography;

namespace K8sRecorder.Recording.Verify;

/// <summary>Checks ECDSA P-256 signatures with SHA-256, DER, over a domain line and bytes. One for one key; for any number of threads.</summary>
internal sealed class SignatureCheck : IDisposable
{
    private readonly Lock _turn = new();
    private readonly ECDsa _key;

    private SignatureCheck(ECDsa key) => _key = key;

    /// <summary>The check for a SubjectPublicKeyInfo, or null where that is not one of a P-256 point and nothing else.</summary>
    public static SignatureCheck? TryCreate(ReadOnlySpan<byte> publicKey)
    {
        // Only the one encoding: so a key has one fingerprint, and no other curve or parameter reaches the platform.
        if (publicKey.Length != P256Start.Length + 64 || !publicKey.StartsWith(P256Start))
            return null;
        var point = new ECPoint { X = publicKey[^64..^32].ToArray(), Y = publicKey[^32..].ToArray() };
        try
        {
            return new SignatureCheck(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point }));
        }
        catch (CryptographicException)
        {
            // Not a point of the curve.
            return null;
        }
    }

    public bool IsSigned(ReadOnlySpan<byte> domainLine, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature)
    {
        byte[] text = [.. domainLine, .. bytes];
        lock (_turn)
        {
            try
            {
                return _key.VerifyData(text, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
            }
            catch (CryptographicException)
            {
                return false;
            }
        }
    }

    public void Dispose() => _key.Dispose();

    /// <summary>DER of a SubjectPublicKeyInfo with id-ecPublicKey and prime256v1 (RFC 5480), up to the uncompressed point's 0x04.</summary>
    private static ReadOnlySpan<byte> P256Start =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
        0x03, 0x42, 0x00, 0x04,
    ];
}

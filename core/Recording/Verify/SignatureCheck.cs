using System.Security.Cryptography;

namespace K8sRecorder.Recording.Verify;

/// <summary>Checks ECDSA P-256 signatures with SHA-256, DER, over a domain line and bytes. One for one key; for any number of threads.</summary>
internal sealed class SignatureCheck : IDisposable
{
    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly Lock _turn = new();
    private readonly ECDsa _key;

    private SignatureCheck(ECDsa key) => _key = key;

    /// <summary>The check for a SubjectPublicKeyInfo, or null where that is not one of a P-256 key and nothing else.</summary>
    public static SignatureCheck? TryCreate(ReadOnlySpan<byte> publicKey)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(publicKey, out var used);
            // Exported again it must be the same bytes: a key has one encoding here, and so one fingerprint.
            if (used == publicKey.Length && key.ExportParameters(false).Curve.Oid.Value == P256 && publicKey.SequenceEqual(key.ExportSubjectPublicKeyInfo()))
                return new SignatureCheck(key);
        }
        catch (CryptographicException)
        {
            // Hostile bytes; the answer is null.
        }

        key.Dispose();
        return null;
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
}

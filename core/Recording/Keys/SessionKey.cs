using System.Security.Cryptography;
using K8sRecorder.Recording.Format;

namespace K8sRecorder.Recording.Keys;

/// <summary>
/// The key a session signs its heads with (ECDSA P-256), and beside it the secret of its keyed digests. Lives in the keys folder as
/// <c>&lt;session&gt;.pem</c>, mode 0600, and nowhere else. Any thread.
/// </summary>
public sealed class SessionKey : IDisposable
{
    private const string SecretLabel = "K8SRECORDER DIGEST SECRET";
    private const int SecretLength = 32;

    private readonly Lock _gate = new();
    private readonly ECDsa _key;
    private readonly byte[] _secret;

    private SessionKey(ECDsa key, byte[] secret)
    {
        _key = key;
        _secret = secret;
        PublicKey = key.ExportSubjectPublicKeyInfo();
        Fingerprint = FingerprintOf(PublicKey.Span);
    }

    /// <summary>The public key, DER SubjectPublicKeyInfo.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary><c>SHA256:</c> and the unpadded base64 of SHA-256 of the public key.</summary>
    public string Fingerprint { get; }

    /// <summary>Secret of the session's keyed digests.</summary>
    internal ReadOnlySpan<byte> Secret => _secret;

    /// <summary>Makes a new key.</summary>
    public static SessionKey Create(RandomNumberGenerator random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var secret = new byte[SecretLength];
        random.GetBytes(secret);
        return new SessionKey(ECDsa.Create(ECCurve.NamedCurves.nistP256), secret);
    }

    /// <summary>The fingerprint of a public key (DER SubjectPublicKeyInfo).</summary>
    public static string FingerprintOf(ReadOnlySpan<byte> publicKey) =>
        "SHA256:" + Convert.ToBase64String(SHA256.HashData(publicKey)).TrimEnd('=');

    /// <summary>Loads the key of a session, or null where it is gone or is not whole (a key is written before its session's first record).</summary>
    public static SessionKey? TryLoad(string folder, SessionId session)
    {
        var path = PathOf(folder, session);
        if (!File.Exists(path))
            return null;
        var text = File.ReadAllText(path);
        if (!PemEncoding.TryFind(text, out var keyFields) || !PemEncoding.TryFind(text.AsSpan(keyFields.Location.End.Value), out var secretFields))
            return null;
        var secretText = text.AsSpan(keyFields.Location.End.Value)[secretFields.Base64Data];
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(text.AsSpan()[keyFields.Location]);
            return new SessionKey(key, Convert.FromBase64String(secretText.ToString()));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            return null;
        }
    }

    /// <summary>Path of a session's key file.</summary>
    public static string PathOf(string folder, SessionId session) => Path.Combine(folder, session + ".pem");

    /// <summary>The key file's text.</summary>
    internal string ExportPem() => _key.ExportPkcs8PrivateKeyPem() + "\n" + PemEncoding.WriteString(SecretLabel, _secret) + "\n";

    /// <summary>Signs with SHA-256; DER (RFC 3279).</summary>
    internal byte[] Sign(ReadOnlySpan<byte> data)
    {
        lock (_gate)
            return _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_secret);
        _key.Dispose();
    }
}

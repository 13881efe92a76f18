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
    private const int MaxFileLength = 16 << 10;

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

    /// <summary>SHA-256 of the public key and the secret.</summary>
    internal byte[] Id => SHA256.HashData([.. PublicKey.Span, .. _secret]);

    /// <summary>Loads the key of a session, or null where it is gone, is not whole (a key is written before its session's first record), or is another.</summary>
    /// <param name="folder">The folder of the keys.</param>
    /// <param name="session">The session.</param>
    /// <param name="id">The <see cref="Id"/> it was made with.</param>
    internal static SessionKey? TryLoad(string folder, SessionId session, ReadOnlySpan<byte> id)
    {
        var key = TryLoad(folder, session);
        if (key is null || (key.Id.AsSpan().SequenceEqual(id) && key.SignsForItself()))
            return key;
        key.Dispose();
        return null;
    }

    /// <summary>Loads the key that lies where a session's should.</summary>
    internal static SessionKey? TryLoad(string folder, SessionId session)
    {
        var path = PathOf(folder, session);
        if (!File.Exists(path) || new FileInfo(path).Length > MaxFileLength)
            return null;
        var text = File.ReadAllText(path);
        if (!PemEncoding.TryFind(text, out var keyFields) || !PemEncoding.TryFind(text.AsSpan(keyFields.Location.End.Value), out var secretFields))
            return null;
        var secretText = text.AsSpan(keyFields.Location.End.Value)[secretFields.Base64Data];
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(text.AsSpan()[keyFields.Location]);
            if (key.KeySize != 256)
                throw new CryptographicException("not a key of a session");
            return new SessionKey(key, Convert.FromBase64String(secretText.ToString()));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException or PlatformNotSupportedException)
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

    /// <summary>Whether private and public key belong together: a file may be damaged in one of them.</summary>
    private bool SignsForItself()
    {
        using var check = ECDsa.Create();
        check.ImportSubjectPublicKeyInfo(PublicKey.Span, out _);
        return check.VerifyData(PublicKey.Span, Sign(PublicKey.Span), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_secret);
        _key.Dispose();
    }
}

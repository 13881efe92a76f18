using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace K8sRecorder.Sidecar.Trust;

/// <summary>
/// The certificate authority of one pod: made at the recorder's first start, trusted by this pod's agents and by nobody else. ECDSA P-256,
/// for signing certificates only, none below it (RFC 5280 4.2.1.9). Any thread.
/// </summary>
internal sealed class PodAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Longer than any pod lives: its clients read the bundle once.</summary>
    private const int Years = 10;

    private static readonly TimeSpan LeafBefore = TimeSpan.FromHours(1);
    private static readonly TimeSpan LeafAfter = TimeSpan.FromHours(22);

    private readonly Lock _gate = new();
    private readonly ECDsa _key;
    private readonly X500DistinguishedName _issuer;
    private readonly X509AuthorityKeyIdentifierExtension _issuerKey;

    private PodAuthority(X509Certificate2 certificate, ECDsa key)
    {
        _key = key;
        Certificate = certificate;
        _issuer = certificate.SubjectName;
        _issuerKey = X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(
            certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single());
    }

    /// <summary>Its certificate, without the key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Makes a new one.</summary>
    public static PodAuthority Create(TimeProvider time)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // A name of its own: a client that knows the authorities of two pods must not mistake one for the other.
        var name = new X500DistinguishedName($"O=K8sRecorder, CN=K8sRecorder pod CA {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}");
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLengthConstraint: 0));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = time.GetUtcNow();
        using var made = request.Create(
            name, X509SignatureGenerator.CreateForECDsa(key), now - LeafBefore - LeafBefore, now.AddYears(Years), NewSerial());
        return new PodAuthority(X509CertificateLoader.LoadCertificate(made.RawDataMemory.Span), key);
    }

    /// <summary>
    /// Takes a certificate and the key that lay beside it. Says why not where they do not fit each other; <paramref name="foreign"/> where they
    /// do, and are not what <see cref="Create"/> makes.
    /// </summary>
    public static PodAuthority? TryRestore(ReadOnlySpan<char> pem, out string? problem, out bool foreign)
    {
        foreign = false;
        problem = "it is damaged";
        var key = ECDsa.Create();
        X509Certificate2? certificate = null;
        try
        {
            certificate = X509Certificate2.CreateFromPem(pem);
            key.ImportFromPem(pem);
            if (!IsOurs(certificate, key))
            {
                problem = "it holds something that is not the CA of a pod";
                foreign = true;
            }
            else if (FitTogether(certificate, key))
            {
                problem = null;
                return new PodAuthority(certificate, key);
            }
            else
                problem = "its key is not its certificate's";
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or PlatformNotSupportedException)
        {
            // whole certificates with keys of another kind are somebody's, everything else is a file that was cut
            foreign = certificate is not null && certificate.PublicKey.Oid.Value != "1.2.840.10045.2.1";
            if (foreign)
                problem = "it holds something that is not the CA of a pod";
        }
        certificate?.Dispose();
        key.Dispose();
        return null;
    }

    /// <summary>Certificate and key as text; for the recorder's eyes only.</summary>
    public string ExportPem() => Certificate.ExportCertificatePem() + "\n" + _key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>
    /// Makes a certificate, with its key, for a server of this name: valid for less than a day, an hour of it past for clocks that are slow. The
    /// name stands in the SAN only, which is critical therefore (RFC 5280 4.2.1.6).
    /// </summary>
    public X509Certificate2 Issue(ServerName name, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName(EmptyName()), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (name.Address is { } address)
            names.AddIpAddress(address);
        else
            names.AddDnsName(name.Text);
        request.CertificateExtensions.Add(names.Build(critical: true));
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        request.CertificateExtensions.Add(_issuerKey);
        lock (_gate)
        {
            using var certificate = request.Create(
                _issuer, X509SignatureGenerator.CreateForECDsa(_key), now - LeafBefore, now + LeafAfter, NewSerial());
            return certificate.CopyWithPrivateKey(key);
        }
    }

    public void Dispose()
    {
        _key.Dispose();
        Certificate.Dispose();
    }

    private static bool IsOurs(X509Certificate2 certificate, ECDsa key) =>
        key.KeySize == 256
        && certificate.Extensions.OfType<X509BasicConstraintsExtension>().SingleOrDefault() is { CertificateAuthority: true, HasPathLengthConstraint: true, PathLengthConstraint: 0 }
        && certificate.Extensions.OfType<X509KeyUsageExtension>().SingleOrDefault() is { KeyUsages: X509KeyUsageFlags.KeyCertSign }
        && certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Count() == 1
        && certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    /// <summary>Whether key and certificate belong together, and the key to itself: a file may be damaged in one of them.</summary>
    private static bool FitTogether(X509Certificate2 certificate, ECDsa key)
    {
        using var shown = certificate.GetECDsaPublicKey();
        var check = certificate.RawDataMemory.Span;
        return shown is not null && shown.VerifyData(check, key.SignData(check, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256);
    }

    private static byte[] EmptyName()
    {
        var name = new AsnWriter(AsnEncodingRules.DER);
        using (name.PushSequence())
        {
        }
        return name.Encode();
    }

    /// <summary>Positive, and as long as nobody can guess (RFC 5280 4.1.2.2).</summary>
    private static byte[] NewSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)(serial[0] & 0x7F | 0x40);
        return serial;
    }
}

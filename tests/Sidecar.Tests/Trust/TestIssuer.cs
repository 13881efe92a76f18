using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace K8sRecorder.Sidecar.Tests.Trust;

/// <summary>Somebody who issues certificates, right ones and wrong ones.</summary>
internal sealed class TestIssuer
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestIssuer(string name, TestIssuer? above = null, int? pathLength = null, DateTimeOffset? until = null, X509Extension? constraint = null)
    {
        var request = Request(name);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, pathLength is not null, pathLength ?? 0, true));
        if (constraint is not null)
            request.CertificateExtensions.Add(constraint);
        Certificate = (above ?? this).Sign(request, Now.AddYears(-1), until ?? Now.AddYears(1));
    }

    public X509Certificate2 Certificate { get; }

    private X500DistinguishedName Name => Certificate?.SubjectName ?? null!;

    /// <summary>A certificate for the same name and key by somebody else.</summary>
    public X509Certificate2 CrossSignedBy(TestIssuer other)
    {
        var request = Request(Certificate.Subject["CN=".Length..]);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return other.Sign(request, Now.AddYears(-1), Now.AddYears(1));
    }

    /// <summary>A server's certificate with its key.</summary>
    public X509Certificate2 Issue(
        string[] names, DateTimeOffset? from = null, DateTimeOffset? until = null, string subject = "", string usage = "1.3.6.1.5.5.7.3.1", RSA? rsa = null,
        HashAlgorithmName? hash = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = rsa is null
            ? new CertificateRequest(subject, key, hash ?? HashAlgorithmName.SHA256)
            : new CertificateRequest(subject, rsa, hash ?? HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var san = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            if (IPAddress.TryParse(name, out var address))
                san.AddIpAddress(address);
            else
                san.AddDnsName(name);
        if (names.Length > 0)
            request.CertificateExtensions.Add(san.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        var signed = Sign(request, from ?? Now.AddDays(-30), until ?? Now.AddDays(30), hash);
        return rsa is null ? signed.CopyWithPrivateKey(key) : signed.CopyWithPrivateKey(rsa);
    }

    private CertificateRequest Request(string name)
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    private X509Certificate2 Sign(CertificateRequest request, DateTimeOffset from, DateTimeOffset until, HashAlgorithmName? hash = null) =>
        request.Create(Name ?? request.SubjectName, new Signer(_key, hash ?? HashAlgorithmName.SHA256), from, until, RandomNumberGenerator.GetBytes(8));

    /// <summary>Signs with the digest it was told, whatever the request says.</summary>
    private sealed class Signer(ECDsa key, HashAlgorithmName hash) : X509SignatureGenerator
    {
        private readonly X509SignatureGenerator _inner = CreateForECDsa(key);

        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) =>
            hash == HashAlgorithmName.SHA1 ? [0x30, 0x09, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x01] : _inner.GetSignatureAlgorithmIdentifier(hash);

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key.SignData(data, hash, DSASignatureFormat.Rfc3279DerSequence);

        protected override PublicKey BuildPublicKey() => _inner.PublicKey;
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace K8sRecorder.Sidecar.Trust;

/// <summary>Reads PEM files of certificates: those of the machine, and those that somebody adds.</summary>
internal static class CertificateFile
{
    private const int MostBytes = 4 << 20;
    private const int MostCertificates = 4096;
    private const string Label = "CERTIFICATE";

    /// <summary>Where the distributions keep the roots that they trust, in one file each.</summary>
    public static readonly IReadOnlyList<string> SystemPaths =
    [
        "/etc/ssl/certs/ca-certificates.crt", // Debian, Alpine, distroless
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // RHEL, Fedora
        "/etc/pki/tls/certs/ca-bundle.crt", // older RHEL, Amazon Linux
        "/etc/ssl/ca-bundle.pem", // SUSE
        "/etc/ssl/cert.pem",
    ];

    /// <summary>
    /// The roots of this machine: the first file there is. What in it is no certificate is left out: it is the distribution's. Empty where there is
    /// no file, and then only added authorities are believed.
    /// </summary>
    public static IReadOnlyList<X509Certificate2> ReadSystemRoots(IEnumerable<string> paths)
    {
        var path = paths.FirstOrDefault(File.Exists);
        if (path is null)
            return [];
        var roots = new List<X509Certificate2>();
        foreach (var der in Blocks(path, Encoding.UTF8.GetString(TrustFile.Read(path, MostBytes)), lenient: true))
            if (TryLoad(der) is { } root)
                roots.Add(root);
        return roots;
    }

    /// <summary>
    /// The authorities of a file that somebody added. Each must be one that can be believed: one that signed itself, or an issuer below another
    /// one (some servers do not send theirs).
    /// </summary>
    /// <exception cref="TrustException">Names the file, the certificate by its place in it, and what is wrong.</exception>
    public static IReadOnlyList<X509Certificate2> ReadAuthorities(string path)
    {
        var text = Encoding.UTF8.GetString(TrustFile.Read(path, MostBytes));
        if (text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            throw new TrustException($"{path}: holds a private key; give the certificates of the authorities only");
        var authorities = new List<X509Certificate2>();
        foreach (var der in Blocks(path, text, lenient: false))
        {
            var place = authorities.Count + 1;
            var authority = TryLoad(der) ?? throw new TrustException($"{path}: certificate {place} is damaged");
            authorities.Add(authority);
            if (!IsAuthority(authority))
                throw new TrustException($"{path}: certificate {place} is a server's or a client's, not an authority's");
        }
        return authorities.Count > 0 ? authorities : throw new TrustException($"{path}: holds no certificate (BEGIN {Label}, PEM)");
    }

    /// <summary>Whether subject and issuer are the same: the top of a chain.</summary>
    public static bool IsSelfIssued(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    /// <summary>A server's own self-signed certificate counts: it can be the only way to believe that server.</summary>
    private static bool IsAuthority(X509Certificate2 certificate)
    {
        try
        {
            return IsSelfIssued(certificate)
                || certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is { CertificateAuthority: true };
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static List<byte[]> Blocks(string path, string text, bool lenient)
    {
        var blocks = new List<byte[]>();
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var block))
        {
            if (rest[block.Label] is Label)
            {
                var der = new byte[block.DecodedDataLength];
                if (Convert.TryFromBase64Chars(rest[block.Base64Data], der, out _))
                    blocks.Add(der);
            }
            rest = rest[block.Location.End..];
            if (blocks.Count > MostCertificates)
                throw new TrustException($"{path}: holds more than {MostCertificates} certificates");
        }
        // The search skips what is not whole.
        var begun = text.AsSpan().Count($"-----BEGIN {Label}-----");
        return lenient || begun == blocks.Count
            ? blocks
            : throw new TrustException($"{path}: holds {begun} beginnings of a certificate and only {blocks.Count} that are whole");
    }

    private static X509Certificate2? TryLoad(byte[] der)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(der);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

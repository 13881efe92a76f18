using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace K8sRecorder.Kube.Credentials;

/// <summary>Makes a certificate that TLS can use from PEM.</summary>
internal static class ClientCertificate
{
    /// <exception cref="System.Security.Cryptography.CryptographicException">Not PEM, or the key is not the certificate's.</exception>
    /// <exception cref="ArgumentException">No key in the PEM text.</exception>
    public static SslStreamCertificateContext FromPem(string certificatePem, string keyPem)
    {
        var certificate = X509Certificate2.CreateFromPem(certificatePem, keyPem);
        if (OperatingSystem.IsWindows())
        {
            // Schannel wants the key in a store of its own.
            using var ephemeral = certificate;
            certificate = X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), password: null);
        }
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificatePem);
        chain.RemoveAt(0);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }
}

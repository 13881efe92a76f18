using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace K8sRecorder.Sidecar.Trust;

/// <summary>
/// What the agents of a pod are to believe: the machine's roots, the added authorities and the pod's own, because most of the variables that name
/// a bundle replace what a client believes by itself. Written before the recorder is ready, in a folder that agents mount to read.
/// </summary>
internal static class TrustBundle
{
    /// <summary>All authorities, PEM: for <c>SSL_CERT_FILE</c> and its many relatives.</summary>
    public const string PemName = "ca-bundle.pem";

    /// <summary>All authorities, PKCS#12: for Java's <c>javax.net.ssl.trustStore</c>. The password is <see cref="JavaTrustStore.Password"/>.</summary>
    public const string JavaName = "ca-bundle.p12";

    /// <summary>The pod's authority alone, PEM: for what is laid over one file, as the <c>ca.crt</c> of a service account.</summary>
    public const string AuthorityName = "pod-ca.pem";

    /// <summary>Writes the three files. Each is there whole or as it was; the same authorities give the same PEM.</summary>
    /// <exception cref="TrustException">A file cannot be written.</exception>
    public static void Write(string folder, TrustAnchors anchors, PodAuthority authority)
    {
        List<X509Certificate2> all = [.. anchors.All, authority.Certificate];
        var pem = new StringBuilder();
        foreach (var certificate in all)
            pem.Append(certificate.ExportCertificatePem()).Append('\n');
        TrustFile.Place(Path.Combine(folder, PemName), Encoding.ASCII.GetBytes(pem.ToString()), TrustFile.Shared);
        TrustFile.Place(Path.Combine(folder, JavaName), JavaTrustStore.Encode(all), TrustFile.Shared);
        TrustFile.Place(Path.Combine(folder, AuthorityName), Encoding.ASCII.GetBytes(authority.Certificate.ExportCertificatePem() + "\n"), TrustFile.Shared);
    }
}

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace K8sRecorder.Kube.Http;

/// <summary>
/// Believes a server whose chain ends at one of the given certificates, and no other. As in Go, and so for every other client of the same
/// kubeconfig, an intermediate among them is an anchor too; .NET alone would want the root behind it.
/// </summary>
internal sealed class ServerTrust(X509Certificate2Collection anchors)
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>The handler's callback; the server's name was compared before it.</summary>
    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None || certificate is null)
            return false;
        using var ours = new X509Chain { ChainPolicy = Policy() };
        // Lets a chain pass that ends short of a root; whether an anchor is in it is looked at below.
        ours.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        if (chain is not null)
            foreach (var element in chain.ChainElements)
                ours.ChainPolicy.ExtraStore.Add(element.Certificate);
        using var leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return ours.Build(leaf) && ours.ChainElements.Any(element => IsAnchor(element.Certificate));
    }

    /// <summary>What the handshake itself builds its chain with: nothing is fetched from anywhere.</summary>
    public X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(anchors);
        policy.ApplicationPolicy.Add(ServerAuthentication);
        return policy;
    }

    private bool IsAnchor(X509Certificate2 certificate)
    {
        foreach (var anchor in anchors)
            if (anchor.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span))
                return true;
        return false;
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace K8sRecorder.Sidecar.Trust;

/// <summary>
/// Verifies the certificates of upstreams against the name that is meant, with the machine's roots and the added authorities and nothing else
/// (RFC 5280 6, RFC 9525). Nothing is fetched: an issuer that a server does not send is not looked for, and revocation is not checked, as agents'
/// own clients do not either. Names stand in the SAN: a common name is none. Any thread.
/// </summary>
internal sealed class UpstreamTrust(TrustAnchors anchors, TimeProvider time)
{
    /// <summary>Every one more makes the search for a path longer, and a peer chooses them.</summary>
    private const int MostPresented = 16;

    private const int MostRemembered = 1024;
    private const int SmallestRsa = 2048;
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(30);
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    // MD2, MD5 and SHA-1, with RSA, DSA and ECDSA
    private static readonly HashSet<string> WeakSignatures =
        ["1.2.840.113549.1.1.2", "1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5", "1.2.840.10040.4.3", "1.2.840.10045.4.1"];

    private readonly Lock _gate = new();
    private readonly RecentlyUsed<(string Thumbprint, ServerName Name), DateTimeOffset> _believed = new(MostRemembered);

    /// <summary>Whether the holder of this certificate is the server of that name; what it presented beside it helps to find the way to a root.</summary>
    public UpstreamVerdict Verify(X509Certificate2? certificate, IEnumerable<X509Certificate2> presented, ServerName name)
    {
        if (certificate is null)
            return new(UpstreamProblem.NoCertificate, "it showed no certificate");
        try
        {
            var now = time.GetUtcNow();
            var key = (certificate.GetCertHashString(HashAlgorithmName.SHA256), name);
            // That a path exists does not depend on which of its certificates were sent this time.
            lock (_gate)
                if (_believed.TryGet(key, out var until) && now < until)
                    return UpstreamVerdict.Believed;
            var verdict = Decide(certificate, [.. presented], name, now, out var chainEnd);
            if (verdict.IsBelieved)
                lock (_gate)
                    _believed.Set(key, chainEnd < now + Remembered ? chainEnd : now + Remembered);
            return verdict;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or PlatformNotSupportedException)
        {
            return new(UpstreamProblem.Malformed, "its certificate cannot be read");
        }
    }

    private UpstreamVerdict Decide(X509Certificate2 certificate, X509Certificate2[] presented, ServerName name, DateTimeOffset now, out DateTimeOffset end)
    {
        end = default;
        if (presented.Length > MostPresented)
            return new(UpstreamProblem.TooManyCertificates, $"it presented more than {MostPresented} certificates");
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.VerificationTime = now.UtcDateTime;
        policy.ApplicationPolicy.Add(ServerAuthentication);
        policy.ExtraStore.AddRange(presented);
        foreach (var anchor in anchors.Above(presented.Prepend(certificate)))
            policy.CustomTrustStore.Add(anchor);
        var built = chain.Build(certificate);
        var elements = chain.ChainElements;
        try
        {
            if (!built)
                return Explain(chain, now);
            if (!certificate.MatchesHostname(name.Text, allowWildcards: true, allowCommonName: false))
                return new(UpstreamProblem.NameMismatch, WhyNotNamed(certificate));
            if (IsWeak(elements))
                return new(UpstreamProblem.WeakKey, "its chain has an RSA key of less than 2048 bits, or a signature over MD5 or SHA-1");
            end = elements.Min(element => new DateTimeOffset(element.Certificate.NotAfter));
            return UpstreamVerdict.Believed;
        }
        finally
        {
            foreach (var element in elements)
                element.Certificate.Dispose();
        }
    }

    /// <summary>The first of what is wrong, in the order of what somebody has to mend first.</summary>
    private static UpstreamVerdict Explain(X509Chain chain, DateTimeOffset now)
    {
        var all = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (flags, status) => flags | status.Status);
        var elements = chain.ChainElements;
        if (all.HasFlag(X509ChainStatusFlags.UntrustedRoot))
            return elements.Count == 1
                ? new(UpstreamProblem.SelfSigned, "its certificate is signed by itself")
                : new(UpstreamProblem.UnknownIssuer, "its chain ends at a root that is not trusted");
        if (all.HasFlag(X509ChainStatusFlags.PartialChain))
            return new(UpstreamProblem.UnknownIssuer, "no chain to a trusted root: an issuer is unknown, or the server did not send it");
        if (all.HasFlag(X509ChainStatusFlags.NotTimeValid))
            return WhenValid(elements, now);
        if ((all & (X509ChainStatusFlags.NotSignatureValid | X509ChainStatusFlags.HasWeakSignature)) != 0)
            return new(UpstreamProblem.BadSignature, "a signature in its chain is not right");
        if (all.HasFlag(X509ChainStatusFlags.NotValidForUsage))
            return new(UpstreamProblem.NotForServers, "its certificate is not for servers, or an issuer is not for issuing");
        return new(UpstreamProblem.ConstraintViolated, $"its chain breaks a rule of its issuers ({all})");
    }

    private static UpstreamVerdict WhenValid(X509ChainElementCollection elements, DateTimeOffset now)
    {
        for (var i = 0; i < elements.Count; i++)
        {
            var whose = i == 0 ? "its certificate" : "an issuer's certificate";
            var certificate = elements[i].Certificate;
            if (now < certificate.NotBefore)
                return new(UpstreamProblem.NotYetValid, $"{whose} is valid from {Date(certificate.NotBefore)}");
            if (now > certificate.NotAfter)
                return new(UpstreamProblem.Expired, $"{whose} expired {Date(certificate.NotAfter)}");
        }
        return new(UpstreamProblem.Expired, "a certificate of its chain is not valid at this time");
    }

    private static string WhyNotNamed(X509Certificate2 certificate) =>
        certificate.Extensions.Any(extension => extension.Oid?.Value == "2.5.29.17")
            ? "its certificate is for another name"
            : "its certificate has no subject alternative name; a common name alone is not one";

    private static bool IsWeak(X509ChainElementCollection elements)
    {
        foreach (var element in elements)
        {
            using var rsa = element.Certificate.GetRSAPublicKey();
            if (rsa is { KeySize: < SmallestRsa })
                return true;
            // What a root signed itself with says nothing.
            if (!CertificateFile.IsSelfIssued(element.Certificate) && WeakSignatures.Contains(element.Certificate.SignatureAlgorithm.Value!))
                return true;
        }
        return false;
    }

    private static string Date(DateTime time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

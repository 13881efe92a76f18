using System.Security.Cryptography.X509Certificates;

namespace K8sRecorder.Sidecar.Trust;

/// <summary>Whom upstreams are verified with: the machine's roots and the authorities that the policy adds. Immutable.</summary>
internal sealed class TrustAnchors
{
    private readonly Dictionary<string, List<X509Certificate2>> _bySubject = [];

    public TrustAnchors(IEnumerable<X509Certificate2> system, IEnumerable<X509Certificate2> additional)
    {
        var known = new HashSet<string>();
        var all = new List<X509Certificate2>();
        foreach (var certificate in system.Concat(additional))
        {
            if (!known.Add(certificate.Thumbprint))
                continue;
            all.Add(certificate);
            var subject = KeyOf(certificate.SubjectName);
            if (!_bySubject.TryGetValue(subject, out var same))
                _bySubject.Add(subject, same = []);
            same.Add(certificate);
        }
        All = all;
    }

    /// <summary>Every one of them once, in the order given.</summary>
    public IReadOnlyList<X509Certificate2> All { get; }

    /// <summary>The machine's roots and those of the files.</summary>
    /// <exception cref="TrustException">A file cannot be used.</exception>
    public static TrustAnchors Load(IEnumerable<string> systemPaths, IEnumerable<string> additionalFiles) =>
        new(CertificateFile.ReadSystemRoots(systemPaths), additionalFiles.SelectMany(CertificateFile.ReadAuthorities));

    /// <summary>
    /// Those that can have part in a chain over the certificates that a server presented: issuers of one of them, and issuers of these. The few of
    /// the many, because the platform copies a custom store for every chain that it builds.
    /// </summary>
    public IReadOnlyList<X509Certificate2> Above(IEnumerable<X509Certificate2> presented)
    {
        var above = new List<X509Certificate2>();
        var asked = new HashSet<string>();
        var wanted = new Queue<string>(presented.Select(certificate => KeyOf(certificate.IssuerName)));
        while (wanted.TryDequeue(out var subject))
        {
            if (!asked.Add(subject) || !_bySubject.TryGetValue(subject, out var same))
                continue;
            above.AddRange(same);
            foreach (var certificate in same)
                wanted.Enqueue(KeyOf(certificate.IssuerName));
        }
        return above;
    }

    private static string KeyOf(X500DistinguishedName name) => Convert.ToBase64String(name.RawData);
}

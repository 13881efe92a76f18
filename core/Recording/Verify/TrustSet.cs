using System.Security.Cryptography;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Recording.Verify;

/// <summary>Whom an auditor believes: the fingerprints of <c>--trust</c>.</summary>
public sealed class TrustSet
{
    private const string Prefix = "SHA256:";

    private readonly HashSet<string> _fingerprints;

    private TrustSet(IEnumerable<string> fingerprints) => _fingerprints = new HashSet<string>(fingerprints, StringComparer.Ordinal);

    /// <summary>Nobody.</summary>
    public static TrustSet Empty { get; } = new([]);

    /// <summary>Whether nobody is in it.</summary>
    public bool IsEmpty => _fingerprints.Count == 0;

    /// <summary>Whether the text has the form of a fingerprint: then <c>--trust</c> means it, else a file.</summary>
    public static bool IsFingerprint(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Span<byte> digest = stackalloc byte[32];
        return text.Length == Prefix.Length + 43 && text.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(text[Prefix.Length..] + "=", digest, out var written) && written == 32;
    }

    /// <summary>One fingerprint.</summary>
    public static TrustSet Of(string fingerprint) =>
        IsFingerprint(fingerprint) ? new TrustSet([fingerprint]) : throw new ArgumentException("not a fingerprint", nameof(fingerprint));

    /// <summary>Both.</summary>
    public TrustSet With(TrustSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new TrustSet(_fingerprints.Concat(other._fingerprints));
    }

    /// <summary>
    /// Reads the text of a trust file: fingerprints one a line, public keys in PEM, empty lines and comments (<c>#</c>). Null where a line is
    /// none of these, with the problem and its line.
    /// </summary>
    public static TrustSet? TryParse(string text, out string problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        var fingerprints = new List<string>();
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (IsFingerprint(line))
            {
                fingerprints.Add(line);
                continue;
            }

            problem = $"line {i + 1} is neither a fingerprint (SHA256:…) nor a public key in PEM";
            if (line != "-----BEGIN PUBLIC KEY-----")
                return null;
            var end = Array.FindIndex(lines, i, l => l.Trim() == "-----END PUBLIC KEY-----");
            if (end < 0 || FingerprintOfPem(string.Join('\n', lines[i..(end + 1)])) is not { } fingerprint)
                return null;
            fingerprints.Add(fingerprint);
            i = end;
        }

        problem = "";
        return new TrustSet(fingerprints);
    }

    /// <summary>Whether the signer of this fingerprint is believed.</summary>
    public bool Contains(string fingerprint) => _fingerprints.Contains(fingerprint);

    private static string? FingerprintOfPem(string pem)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(pem);
            return SessionStatement.FingerprintOf(key.ExportSubjectPublicKeyInfo());
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or PlatformNotSupportedException)
        {
            return null;
        }
    }
}

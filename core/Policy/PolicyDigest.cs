using System.Security.Cryptography;
using K8sRecorder.Policy.Effective;

namespace K8sRecorder.Policy;

/// <summary>Names the policy in force, so that a recording can say by which rules it was made.</summary>
public static class PolicyDigest
{
    /// <summary><c>sha256:</c> and the lower-case hex SHA-256 of <see cref="CanonicalJson"/>.</summary>
    public static string Of(EffectivePolicy policy) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(CanonicalJson(policy)));

    /// <summary>
    /// The policy as UTF-8 JSON: fixed order of fields, no white space, durations in milliseconds, sizes in bytes,
    /// what has no value left out. Two files that mean the same give the same bytes.
    /// </summary>
    public static byte[] CanonicalJson(EffectivePolicy policy) => CanonicalPolicy.Write(policy);
}

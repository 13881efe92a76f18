using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace K8sRecorder.Sidecar.Trust;

/// <summary>
/// A PKCS#12 file (RFC 7292) of certificates that Java takes for authorities: each bears Oracle's attribute for trusted keys, without which Java
/// finds the store empty. Certificates are public, so nothing is encrypted; the MAC, whose password everybody knows, is one that Java checks
/// since 8u301 (2021). Written here because the framework's own encoder is a package apart.
/// </summary>
internal static class JavaTrustStore
{
    /// <summary>Java wants one; this is the one that everybody takes.</summary>
    public const string Password = "changeit";

    private const string Data = "1.2.840.113549.1.7.1";
    private const string CertificateBag = "1.2.840.113549.1.12.10.1.3";
    private const string X509Certificate = "1.2.840.113549.1.9.22.1";
    private const string FriendlyName = "1.2.840.113549.1.9.20";
    private const string TrustedKeyUsage = "2.16.840.1.113894.746875.1.1";
    private const string AnyUsage = "2.5.29.37.0";
    private const string Sha256 = "2.16.840.1.101.3.4.2.1";
    private const int SaltLength = 20;
    private const int Iterations = 10_000; // Java's own number since 17; no secret hangs on it
    private static readonly Asn1Tag Explicit = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>The file's bytes.</summary>
    public static byte[] Encode(IEnumerable<X509Certificate2> authorities)
    {
        var safe = AuthenticatedSafe(authorities);
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var file = new AsnWriter(AsnEncodingRules.DER);
        using (file.PushSequence())
        {
            file.WriteInteger(3);
            WriteData(file, safe);
            using (file.PushSequence())
            {
                using (file.PushSequence())
                {
                    using (file.PushSequence())
                    {
                        file.WriteObjectIdentifier(Sha256);
                        file.WriteNull();
                    }
                    file.WriteOctetString(HMACSHA256.HashData(MacKey(salt), safe));
                }
                file.WriteOctetString(salt);
                file.WriteInteger(Iterations);
            }
        }
        return file.Encode();
    }

    private static byte[] AuthenticatedSafe(IEnumerable<X509Certificate2> authorities)
    {
        var bags = new AsnWriter(AsnEncodingRules.DER);
        using (bags.PushSequence())
        {
            var number = 0;
            foreach (var authority in authorities)
                WriteBag(bags, authority, ++number);
        }
        var safe = new AsnWriter(AsnEncodingRules.DER);
        using (safe.PushSequence())
            WriteData(safe, bags.Encode());
        return safe.Encode();
    }

    private static void WriteBag(AsnWriter bags, X509Certificate2 authority, int number)
    {
        using var bag = bags.PushSequence();
        bags.WriteObjectIdentifier(CertificateBag);
        using (bags.PushSequence(Explicit))
        using (bags.PushSequence())
        {
            bags.WriteObjectIdentifier(X509Certificate);
            using (bags.PushSequence(Explicit))
                bags.WriteOctetString(authority.RawDataMemory.Span);
        }
        using var attributes = bags.PushSetOf();
        using (bags.PushSequence())
        {
            bags.WriteObjectIdentifier(TrustedKeyUsage);
            using (bags.PushSetOf())
                bags.WriteObjectIdentifier(AnyUsage);
        }
        using (bags.PushSequence())
        {
            // Java makes the alias of it, and of two that are the same it keeps one.
            bags.WriteObjectIdentifier(FriendlyName);
            using (bags.PushSetOf())
                bags.WriteCharacterString(UniversalTagNumber.BMPString, string.Create(CultureInfo.InvariantCulture, $"ca-{number:D4}"));
        }
    }

    private static void WriteData(AsnWriter writer, ReadOnlySpan<byte> content)
    {
        using var info = writer.PushSequence();
        writer.WriteObjectIdentifier(Data);
        using (writer.PushSequence(Explicit))
            writer.WriteOctetString(content);
    }

    /// <summary>RFC 7292 B.2 with SHA-256, for a MAC (ID 3). The key is as long as a digest, so that there is one block and nothing of step 6 C.</summary>
    private static byte[] MacKey(ReadOnlySpan<byte> salt)
    {
        const int Block = 64;
        const byte ForMac = 3;
        var password = Encoding.BigEndianUnicode.GetBytes(Password + "\0");
        Span<byte> input = stackalloc byte[3 * Block];
        input[..Block].Fill(ForMac);
        Repeat(salt, input.Slice(Block, Block));
        Repeat(password, input.Slice(2 * Block, Block));
        var key = SHA256.HashData(input);
        for (var i = 1; i < Iterations; i++)
            key = SHA256.HashData(key);
        return key;
    }

    private static void Repeat(ReadOnlySpan<byte> what, Span<byte> into)
    {
        for (var i = 0; i < into.Length; i++)
            into[i] = what[i % what.Length];
    }
}

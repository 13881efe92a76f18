using System.Security.Cryptography;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Verify;

namespace K8sRecorder.Recording.Tests.Verify;

public sealed class TrustSetTests
{
    private const string Fingerprint = "SHA256:DqHD5y+8IOmP0Ryjsm9N9Q8ZyaspcB6xCovlNGjnx2w";

    [Fact]
    public void File_holds_fingerprints_keys_and_comments()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var text = $"# who we believe\n\n{Fingerprint}\r\n# the second\n{key.ExportSubjectPublicKeyInfoPem()}\n";

        var trust = TrustSet.TryParse(text, out _);

        Assert.NotNull(trust);
        Assert.True(trust.Contains(Fingerprint));
        Assert.True(trust.Contains(SessionStatement.FingerprintOf(key.ExportSubjectPublicKeyInfo())));
        Assert.False(trust.Contains("SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    }

    [Theory]
    [InlineData("SHA256:short", 1)]
    [InlineData("# fine\nhello", 2)]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", 1)]
    [InlineData("\n-----BEGIN PUBLIC KEY-----\nAAAA", 2)]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", 1)]
    public void Other_line_is_named(string text, int line)
    {
        Assert.Null(TrustSet.TryParse(text, out var problem));
        Assert.StartsWith($"line {line} ", problem, StringComparison.Ordinal);
    }
}

using System.Security.Cryptography;
using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Keys;
using K8sRecorder.Testing;

namespace K8sRecorder.Recording.Tests.Keys;

public class SessionKeyTests
{
    [Fact]
    public void Key_loaded_again_signs_for_the_same_public_key_and_keeps_its_secret()
    {
        using var folder = new TemporaryFolder();
        using var random = RandomNumberGenerator.Create();
        var session = SessionId.New(new ManualTime(), random);
        using var key = SessionKey.Create(random);
        File.WriteAllText(SessionKey.PathOf(folder.Path, session), key.ExportPem());
        using var again = SessionKey.TryLoad(folder.Path, session);
        Assert.NotNull(again);
        Assert.Equal(key.Fingerprint, again.Fingerprint);
        Assert.Equal(key.Secret, again.Secret);
        using var check = ECDsa.Create();
        check.ImportSubjectPublicKeyInfo(key.PublicKey.Span, out _);
        Assert.True(check.VerifyData("text"u8, again.Sign("text"u8), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n-----BEGIN K8SRECORDER DIGEST SECRET-----\nAAAA\n-----END K8SRECORDER DIGEST SECRET-----\n")]
    public void File_that_is_no_key_is_a_lost_key(string text)
    {
        using var folder = new TemporaryFolder();
        using var random = RandomNumberGenerator.Create();
        var session = SessionId.New(new ManualTime(), random);
        File.WriteAllText(SessionKey.PathOf(folder.Path, session), text);
        Assert.Null(SessionKey.TryLoad(folder.Path, session));
    }

    [Fact]
    public void Fingerprint_is_unpadded_base64_of_the_digest()
    {
        Assert.Equal("SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", SessionKey.FingerprintOf([]));
    }
}

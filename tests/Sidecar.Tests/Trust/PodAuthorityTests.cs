using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using K8sRecorder.Sidecar.Trust;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Trust;

public sealed class PodAuthorityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    private string FileOf => Path.Combine(_folder["ca"], PodAuthorityFile.Name);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Authority_is_one_that_only_signs_certificates()
    {
        using var authority = PodAuthority.Create(_time);
        var constraints = authority.Certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single();
        Assert.True(constraints is { Critical: true, CertificateAuthority: true, HasPathLengthConstraint: true, PathLengthConstraint: 0 });
        Assert.Equal(X509KeyUsageFlags.KeyCertSign, authority.Certificate.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.Equal(256, authority.Certificate.GetECDsaPublicKey()!.KeySize);
        Assert.False(authority.Certificate.HasPrivateKey);
    }

    [Fact]
    public void First_start_makes_one_that_only_its_owner_reads()
    {
        var (authority, warning) = PodAuthorityFile.Open(_folder["ca"], _time);
        Assert.Null(warning);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FileOf));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["ca"]));
        Assert.Equal([FileOf], Directory.GetFiles(_folder["ca"]));
        authority.Dispose();
    }

    [Fact]
    public void Next_start_takes_the_same()
    {
        var (first, _) = PodAuthorityFile.Open(_folder["ca"], _time);
        var (second, warning) = PodAuthorityFile.Open(_folder["ca"], _time);
        Assert.Null(warning);
        Assert.Equal(first.Certificate.RawData, second.Certificate.RawData);
        using var leaf = second.Issue(ServerName.Parse("a.example"), _time.GetUtcNow());
        Assert.True(IsSignedBy(leaf, first.Certificate));
    }

    [Fact]
    public void File_cut_anywhere_is_replaced_with_a_warning()
    {
        var (first, _) = PodAuthorityFile.Open(_folder["ca"], _time);
        var whole = File.ReadAllBytes(FileOf);
        for (var length = 0; length < whole.Length - 2; length += 13)
        {
            File.WriteAllBytes(FileOf, whole[..length]);
            var (authority, warning) = PodAuthorityFile.Open(_folder["ca"], _time);
            Assert.Contains("a new one was made", warning, StringComparison.Ordinal);
            Assert.NotEqual(first.Certificate.Thumbprint, authority.Certificate.Thumbprint);
            authority.Dispose();
        }
    }

    [Fact]
    public void Key_of_another_certificate_is_replaced_with_a_warning()
    {
        using var one = PodAuthority.Create(_time);
        using var other = PodAuthority.Create(_time);
        Directory.CreateDirectory(_folder["ca"]);
        File.WriteAllText(FileOf, one.Certificate.ExportCertificatePem() + "\n" + other.ExportPem().Split("-----END CERTIFICATE-----")[1]);
        var (_, warning) = PodAuthorityFile.Open(_folder["ca"], _time);
        Assert.Contains("its key is not its certificate's", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Somebody_elses_certificate_is_left_alone()
    {
        Directory.CreateDirectory(_folder["ca"]);
        using var rsa = RSA.Create(2048);
        using var foreign = new CertificateRequest("CN=corp", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(_time.GetUtcNow(), _time.GetUtcNow().AddDays(1));
        using var server = new TestIssuer("root").Issue(["a.example"]);
        foreach (var text in new[]
        {
            foreign.ExportCertificatePem() + "\n" + rsa.ExportPkcs8PrivateKeyPem(),
            server.ExportCertificatePem() + "\n" + server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(),
        })
        {
            File.WriteAllText(FileOf, text);
            var error = Assert.Throws<TrustException>(() => PodAuthorityFile.Open(_folder["ca"], _time));
            Assert.Contains(FileOf, error.Message, StringComparison.Ordinal);
            Assert.Equal(text, File.ReadAllText(FileOf));
        }
    }

    [Fact]
    public void File_that_others_could_read_is_closed_and_kept()
    {
        var (first, _) = PodAuthorityFile.Open(_folder["ca"], _time);
        File.SetUnixFileMode(FileOf, TrustFile.Shared);
        var (second, warning) = PodAuthorityFile.Open(_folder["ca"], _time);
        Assert.Contains("others could read it", warning, StringComparison.Ordinal);
        Assert.Equal(first.Certificate.Thumbprint, second.Certificate.Thumbprint);
        Assert.Equal(TrustFile.Private, File.GetUnixFileMode(FileOf));
    }

    [Fact]
    public void Authority_that_is_over_is_replaced()
    {
        PodAuthorityFile.Open(_folder["ca"], _time);
        _time.Advance(TimeSpan.FromDays(3653));
        var (authority, warning) = PodAuthorityFile.Open(_folder["ca"], _time);
        Assert.Contains("not valid at this time", warning, StringComparison.Ordinal);
        Assert.True(authority.Certificate.NotAfter > _time.GetUtcNow().UtcDateTime.AddYears(9));
    }

    [Fact]
    public void Folder_that_cannot_be_written_is_named()
    {
        File.WriteAllText(_folder["file"], "");
        var error = Assert.Throws<TrustException>(() => PodAuthorityFile.Open(_folder["file"], _time));
        Assert.Contains(_folder["file"], error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.example")]
    [InlineData("192.0.2.7")]
    [InlineData("2001:db8::7")]
    public void Leaf_is_for_one_name_and_less_than_a_day(string text)
    {
        using var authority = PodAuthority.Create(_time);
        var name = ServerName.Parse(text);
        using var leaf = authority.Issue(name, _time.GetUtcNow());
        Assert.Empty(leaf.Subject);
        var names = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.True(names.Critical);
        Assert.Equal(name.Address is null ? [text] : [], names.EnumerateDnsNames());
        Assert.Equal(name.Address is { } address ? [address] : Array.Empty<IPAddress>(), names.EnumerateIPAddresses());
        Assert.Equal(_time.GetUtcNow().AddHours(-1).UtcDateTime, leaf.NotBefore.ToUniversalTime());
        Assert.True(leaf.NotAfter - leaf.NotBefore < TimeSpan.FromDays(1));
        Assert.Equal(["1.3.6.1.5.5.7.3.1"], leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(usage => usage.Value));
        Assert.False(leaf.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.True(leaf.HasPrivateKey);
        Assert.True(IsSignedBy(leaf, authority.Certificate));
    }

    private bool IsSignedBy(X509Certificate2 leaf, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = _time.GetUtcNow().UtcDateTime;
        return chain.Build(leaf);
    }
}

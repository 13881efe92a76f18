using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using K8sRecorder.Sidecar.Trust;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Trust;

public sealed class TrustBundleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PodAuthority _authority = PodAuthority.Create(TimeProvider.System);
    private readonly TestIssuer _root = new("root");
    private readonly TestIssuer _corp = new("corp");

    private string Pem => Path.Combine(_folder["trust"], TrustBundle.PemName);

    private string Java => Path.Combine(_folder["trust"], TrustBundle.JavaName);

    private string Authority => Path.Combine(_folder["trust"], TrustBundle.AuthorityName);

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private void Write() =>
        TrustBundle.Write(_folder["trust"], new TrustAnchors([_root.Certificate, _root.Certificate], [_corp.Certificate, _root.Certificate]), _authority);

    [Fact]
    public void Bundle_holds_every_authority_once()
    {
        Write();
        var pem = new X509Certificate2Collection();
        pem.ImportFromPemFile(Pem);
        Assert.Equal(
            [_root.Certificate.Thumbprint, _corp.Certificate.Thumbprint, _authority.Certificate.Thumbprint], pem.Select(certificate => certificate.Thumbprint));
        Assert.Equal(_authority.Certificate.ExportCertificatePem() + "\n", File.ReadAllText(Authority));
        var readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        Assert.All([Pem, Java, Authority], file => Assert.Equal(readable, File.GetUnixFileMode(file)));
        Assert.Equal(3, Directory.GetFiles(_folder["trust"]).Length);
    }

    [Fact]
    public void Bundle_holds_no_key()
    {
        Write();
        Assert.All(Directory.GetFiles(_folder["trust"]), file => Assert.DoesNotContain("PRIVATE", File.ReadAllText(file), StringComparison.Ordinal));
        Assert.All(X509CertificateLoader.LoadPkcs12CollectionFromFile(Java, JavaTrustStore.Password), certificate => Assert.False(certificate.HasPrivateKey));
    }

    [Fact]
    public void Bundle_is_written_again_in_its_place()
    {
        Write();
        var before = File.ReadAllText(Pem);
        File.WriteAllText(Java, "torn");
        File.WriteAllText(Pem + ".tmp", "left over");
        Write();
        Assert.Equal(before, File.ReadAllText(Pem));
        Assert.Equal(3, X509CertificateLoader.LoadPkcs12CollectionFromFile(Java, JavaTrustStore.Password).Count);
        Assert.Throws<CryptographicException>(() => X509CertificateLoader.LoadPkcs12CollectionFromFile(Java, "another"));
        Assert.Equal(3, Directory.GetFiles(_folder["trust"]).Length);
    }

    [Fact]
    public async Task Openssl_believes_a_leaf_by_the_bundle()
    {
        Write();
        using var leaf = _authority.Issue(ServerName.Parse("api.example"), TimeProvider.System.GetUtcNow());
        File.WriteAllText(_folder["leaf.pem"], leaf.ExportCertificatePem());
        Assert.Contains("OK", await RunAsync("openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "api.example", "-CAfile", Pem, _folder["leaf.pem"]), StringComparison.Ordinal);
        Assert.Contains("hostname mismatch", await RunAsync("openssl", "verify", "-verify_hostname", "other.example", "-CAfile", Pem, _folder["leaf.pem"]), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Openssl_reads_the_store_for_java()
    {
        Write();
        var listed = await RunAsync("openssl", "pkcs12", "-in", Java, "-nokeys", "-passin", "pass:" + JavaTrustStore.Password);
        Assert.Equal(3, listed.Split("BEGIN CERTIFICATE").Length - 1);
        Assert.Contains("2.16.840.1.113894.746875.1.1", listed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "holds no certificate")]
    [InlineData("not a certificate", "holds no certificate")]
    [InlineData("{cert}\n{key}", "holds a private key")]
    [InlineData("{cert}\n-----BEGIN CERTIFICATE-----\nAAAA\n", "2 beginnings of a certificate and only 1 that are whole")]
    [InlineData("{cert}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "certificate 2 is damaged")]
    [InlineData("{cert}\n{server}", "certificate 2 is a server's")]
    public void Added_file_that_is_wrong_is_named_with_what_is_wrong(string content, string expected)
    {
        using var key = ECDsa.Create();
        File.WriteAllText(_folder["corp.pem"], content
            .Replace("{cert}", _corp.Certificate.ExportCertificatePem(), StringComparison.Ordinal)
            .Replace("{key}", key.ExportPkcs8PrivateKeyPem(), StringComparison.Ordinal)
            .Replace("{server}", _corp.Issue(["a.example"]).ExportCertificatePem(), StringComparison.Ordinal));
        var error = Assert.Throws<TrustException>(() => TrustAnchors.Load([], [_folder["corp.pem"]]));
        Assert.StartsWith(_folder["corp.pem"] + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Added_file_that_is_missing_or_too_large_is_named()
    {
        Assert.StartsWith(_folder["none.pem"], Assert.Throws<TrustException>(() => TrustAnchors.Load([], [_folder["none.pem"]])).Message, StringComparison.Ordinal);
        File.WriteAllBytes(_folder["large.pem"], new byte[(4 << 20) + 1]);
        Assert.Contains("larger than", Assert.Throws<TrustException>(() => TrustAnchors.Load([], [_folder["large.pem"]])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Machine_without_roots_has_none_and_one_with_a_strange_block_has_the_others()
    {
        Assert.Empty(TrustAnchors.Load([_folder["none"]], []).All);
        File.WriteAllText(_folder["roots"], "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" + _root.Certificate.ExportCertificatePem());
        Assert.Equal([_root.Certificate.Thumbprint], TrustAnchors.Load([_folder["none"], _folder["roots"]], []).All.Select(one => one.Thumbprint));
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return await output + await errors;
    }
}

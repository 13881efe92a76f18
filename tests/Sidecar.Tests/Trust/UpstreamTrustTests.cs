using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using K8sRecorder.Sidecar.Trust;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Trust;

public sealed class UpstreamTrustTests
{
    private static readonly ServerName Name = ServerName.Parse("api.example");
    private readonly ManualTime _time = new(TestIssuer.Now);
    private readonly TestIssuer _root = new("root");

    private UpstreamTrust CreateSut(params X509Certificate2[] more) => new(new TrustAnchors([new TestIssuer("another root").Certificate, _root.Certificate], more), _time);

    [Theory]
    [InlineData("api.example", "api.example")]
    [InlineData("*.example.org", "api.example.org")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8:0::1")]
    public void Server_is_believed_by_a_name_of_its_certificate(string certified, string asked) =>
        Assert.Equal(UpstreamVerdict.Believed, CreateSut().Verify(_root.Issue([certified]), [], ServerName.Parse(asked)));

    [Theory]
    [InlineData("other.example", "api.example")]
    [InlineData("*.example.org", "a.b.example.org")]
    [InlineData("*.example.org", "example.org")]
    [InlineData("192.0.2.1", "192.0.2.2")]
    [InlineData("api.example", "192.0.2.1")]
    public void Other_name_is_a_mismatch(string certified, string asked)
    {
        var verdict = CreateSut().Verify(_root.Issue([certified]), [], ServerName.Parse(asked));
        Assert.Equal(UpstreamProblem.NameMismatch, verdict.Problem);
        Assert.DoesNotContain(certified, verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Common_name_is_no_name()
    {
        var verdict = CreateSut().Verify(_root.Issue([], subject: "CN=api.example"), [], Name);
        Assert.Equal(UpstreamProblem.NameMismatch, verdict.Problem);
        Assert.Contains("subject alternative name", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Address_that_stands_as_a_common_name_is_no_address()
    {
        var verdict = CreateSut().Verify(_root.Issue(["x.example"], subject: "CN=192.0.2.1"), [], ServerName.Parse("192.0.2.1"));
        Assert.Equal(UpstreamProblem.NameMismatch, verdict.Problem);
    }

    [Fact]
    public void Issuers_between_have_to_be_sent_or_added()
    {
        var between = new TestIssuer("between", _root);
        var below = new TestIssuer("below", between);
        var server = below.Issue([Name.Text]);
        Assert.Equal(UpstreamProblem.UnknownIssuer, CreateSut().Verify(server, [], Name).Problem);
        Assert.Equal(UpstreamProblem.UnknownIssuer, CreateSut().Verify(server, [below.Certificate], Name).Problem);
        Assert.True(CreateSut().Verify(server, [between.Certificate, below.Certificate], Name).IsBelieved);
        Assert.True(CreateSut(between.Certificate).Verify(server, [below.Certificate], Name).IsBelieved);
    }

    [Fact]
    public void Issuer_between_that_was_added_without_its_root_is_not_believed()
    {
        var unknown = new TestIssuer("unknown root");
        var between = new TestIssuer("between", unknown);
        Assert.Equal(UpstreamProblem.UnknownIssuer, CreateSut(between.Certificate).Verify(between.Issue([Name.Text]), [], Name).Problem);
    }

    [Fact]
    public void Root_that_the_server_sends_along_is_not_believed_for_it()
    {
        var own = new TestIssuer("own");
        var verdict = CreateSut().Verify(own.Issue([Name.Text]), [own.Certificate], Name);
        Assert.Equal(UpstreamProblem.UnknownIssuer, verdict.Problem);
    }

    [Fact]
    public void Root_of_the_same_name_and_another_key_is_another()
    {
        var forged = new TestIssuer("root");
        var verdict = CreateSut().Verify(forged.Issue([Name.Text]), [forged.Certificate], Name);
        Assert.False(verdict.IsBelieved);
    }

    [Fact]
    public void Added_authority_is_believed()
    {
        var corp = new TestIssuer("corp");
        Assert.True(CreateSut(corp.Certificate).Verify(corp.Issue([Name.Text]), [], Name).IsBelieved);
    }

    [Fact]
    public void Self_signed_server_is_believed_only_where_it_was_added()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=self", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Name.Text);
        request.CertificateExtensions.Add(names.Build());
        using var self = request.CreateSelfSigned(TestIssuer.Now.AddDays(-1), TestIssuer.Now.AddDays(1));
        Assert.Equal(UpstreamProblem.SelfSigned, CreateSut().Verify(self, [], Name).Problem);
        Assert.True(CreateSut(self).Verify(self, [], Name).IsBelieved);
    }

    [Fact]
    public void Time_is_that_of_the_clock()
    {
        var server = _root.Issue([Name.Text], from: TestIssuer.Now.AddHours(1), until: TestIssuer.Now.AddHours(2));
        var sut = CreateSut();
        Assert.Equal(new UpstreamVerdict(UpstreamProblem.NotYetValid, "its certificate is valid from 2026-11-21T11:00:00Z"), sut.Verify(server, [], Name));
        _time.Advance(TimeSpan.FromMinutes(61));
        Assert.True(sut.Verify(server, [], Name).IsBelieved);
        // remembered, and still not beyond its end
        _time.Advance(TimeSpan.FromMinutes(58.5));
        Assert.True(sut.Verify(server, [], Name).IsBelieved);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(new UpstreamVerdict(UpstreamProblem.Expired, "its certificate expired 2026-11-21T12:00:00Z"), sut.Verify(server, [], Name));
    }

    [Fact]
    public void Issuer_that_is_over_is_told_apart()
    {
        var between = new TestIssuer("between", _root, until: TestIssuer.Now.AddHours(-1));
        var verdict = CreateSut().Verify(between.Issue([Name.Text]), [between.Certificate], Name);
        Assert.Equal(new UpstreamVerdict(UpstreamProblem.Expired, "an issuer's certificate expired 2026-11-21T09:00:00Z"), verdict);
    }

    /// <summary>Servers send the longer way for old clients: when its root was over, those who took it first failed (DST Root CA X3, 2021).</summary>
    [Fact]
    public void Cross_signed_way_to_a_root_that_is_over_or_unknown_does_not_hide_the_other()
    {
        var old = new TestIssuer("old root", until: TestIssuer.Now.AddDays(-1));
        var between = new TestIssuer("between", _root);
        X509Certificate2[] presented = [between.Certificate, _root.CrossSignedBy(old)];
        Assert.True(CreateSut().Verify(between.Issue([Name.Text]), presented, Name).IsBelieved);
        Assert.True(CreateSut(old.Certificate).Verify(between.Issue([Name.Text]), presented, Name).IsBelieved);
        Assert.True(CreateSut(old.Certificate).Verify(between.Issue([Name.Text]), [.. presented, old.Certificate], Name).IsBelieved);
    }

    [Fact]
    public void Issuer_that_may_speak_for_some_names_is_not_believed_for_others()
    {
        // permitted: dNSName corp.example (RFC 5280 4.2.1.10)
        var constraint = new X509Extension("2.5.29.30", [0x30, 0x12, 0xA0, 0x10, 0x30, 0x0E, 0x82, 0x0C, .. "corp.example"u8], critical: true);
        var between = new TestIssuer("between", _root, constraint: constraint);
        Assert.True(CreateSut().Verify(between.Issue(["a.corp.example"]), [between.Certificate], ServerName.Parse("a.corp.example")).IsBelieved);
        Assert.Equal(UpstreamProblem.ConstraintViolated, CreateSut().Verify(between.Issue([Name.Text]), [between.Certificate], Name).Problem);
    }

    [Fact]
    public void Path_length_counts()
    {
        var last = new TestIssuer("last", _root, pathLength: 0);
        var below = new TestIssuer("below", last);
        Assert.Equal(UpstreamProblem.ConstraintViolated, CreateSut().Verify(below.Issue([Name.Text]), [last.Certificate, below.Certificate], Name).Problem);
    }

    [Fact]
    public void Server_that_issues_is_no_issuer()
    {
        var server = _root.Issue(["a.example"]);
        using var key = server.GetECDsaPrivateKey()!;
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Name.Text);
        request.CertificateExtensions.Add(names.Build());
        using var forged = request.Create(server.SubjectName, X509SignatureGenerator.CreateForECDsa(key), TestIssuer.Now.AddDays(-1), TestIssuer.Now.AddDays(1), [1]);
        Assert.False(CreateSut().Verify(forged, [server], Name).IsBelieved);
    }

    [Fact]
    public void Certificate_of_a_client_is_not_a_servers() =>
        Assert.Equal(UpstreamProblem.NotForServers, CreateSut().Verify(_root.Issue([Name.Text], usage: "1.3.6.1.5.5.7.3.2"), [], Name).Problem);

    [Fact]
    public void Weak_keys_and_signatures_are_refused()
    {
        using var rsa = RSA.Create(1024);
        Assert.Equal(UpstreamProblem.WeakKey, CreateSut().Verify(_root.Issue([Name.Text], rsa: rsa), [], Name).Problem);
        Assert.Equal(UpstreamProblem.WeakKey, CreateSut().Verify(_root.Issue([Name.Text], hash: HashAlgorithmName.SHA1), [], Name).Problem);
    }

    [Fact]
    public void Signature_that_is_not_right_is_told()
    {
        var bytes = _root.Issue([Name.Text]).RawData;
        bytes[^3] ^= 1;
        Assert.False(CreateSut().Verify(X509CertificateLoader.LoadCertificate(bytes), [], Name).IsBelieved);
    }

    [Fact]
    public void What_was_presented_is_bounded()
    {
        var crowd = Enumerable.Range(0, 17).Select(i => new TestIssuer($"crowd {i}").Certificate).ToArray();
        Assert.Equal(UpstreamProblem.TooManyCertificates, CreateSut().Verify(_root.Issue([Name.Text]), crowd, Name).Problem);
    }

    [Fact]
    public void Server_without_a_certificate_is_not_believed() =>
        Assert.Equal(UpstreamProblem.NoCertificate, CreateSut().Verify(null, [], Name).Problem);

    [Fact]
    public void One_that_is_believed_for_a_name_is_not_for_another()
    {
        var server = _root.Issue([Name.Text]);
        var sut = CreateSut();
        Assert.True(sut.Verify(server, [], Name).IsBelieved);
        Assert.False(sut.Verify(server, [], ServerName.Parse("other.example")).IsBelieved);
    }
}

using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using K8sRecorder.Kube.Configuration;
using K8sRecorder.Kube.Http;
using K8sRecorder.Kube.Models;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Kube;

namespace K8sRecorder.Kube.Tests.Http;

public sealed class TlsTests
{
    private static FileOrData Pem(params X509Certificate2[] certificates) =>
        FileOrData.FromData(Encoding.ASCII.GetBytes(string.Join('\n', certificates.Select(certificate => certificate.ExportCertificatePem()))));

    private static async Task<V1Namespace?> AskAsync(FakeApiServer server, Func<KubernetesClientConfiguration> configuration)
    {
        _ = server;
        using var client = new KubernetesClient(configuration(), new KubernetesClientOptions { MaxRetries = 0 });
        return await client.GetAsync<V1Namespace>("default", null, CancellationToken.None);
    }

    private static Task<FakeApiServer> ServerAsync(X509Certificate2 certificate, params X509Certificate2[] chain) =>
        FakeApiServer.StartAsync(new FakeServerOptions { Certificate = certificate, CertificateChain = [.. chain] });

    private static KubernetesClientConfiguration To(FakeApiServer server, FileOrData? authority, string? name = null, bool skip = false) => new()
    {
        Host = server.Url,
        UseEnvironmentProxy = false,
        CertificateAuthority = authority,
        TlsServerName = name,
        SkipTlsVerify = skip,
    };

    [Fact]
    public async Task Server_is_believed_by_the_given_authority_alone()
    {
        using var authority = new TestAuthority("cluster");
        using var other = new TestAuthority("other");
        await using var server = await ServerAsync(authority.Leaf("127.0.0.1"));

        Assert.NotNull(await AskAsync(server, () => To(server, Pem(authority.Certificate))));
        Assert.NotNull(await AskAsync(server, () => To(server, Pem(other.Certificate, authority.Certificate))));
        Assert.NotNull(await AskAsync(server, () => To(server, null, skip: true)));
        foreach (var wrong in (FileOrData?[])[Pem(other.Certificate), null])
        {
            var refused = await Assert.ThrowsAsync<KubeStatusException>(() => AskAsync(server, () => To(server, wrong)));
            Assert.Contains("certificate is not believed", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Authority_of_the_same_name_and_key_id_is_another()
    {
        using var authority = new TestAuthority("cluster");
        using var impostor = new TestAuthority("cluster", keyIdOf: authority);
        await using var server = await ServerAsync(impostor.Leaf("127.0.0.1"));
        await Assert.ThrowsAsync<KubeStatusException>(() => AskAsync(server, () => To(server, Pem(authority.Certificate))));
        await using var sending = await ServerAsync(impostor.Leaf("127.0.0.1"), impostor.Certificate);
        await Assert.ThrowsAsync<KubeStatusException>(() => AskAsync(sending, () => To(sending, Pem(authority.Certificate))));
    }

    [Fact]
    public async Task Intermediate_authority_is_an_anchor_as_in_go()
    {
        using var root = new TestAuthority("root");
        using var cluster = root.Intermediate("cluster");
        using var neighbour = root.Intermediate("neighbour");
        await using var server = await ServerAsync(cluster.Leaf("127.0.0.1"));
        Assert.NotNull(await AskAsync(server, () => To(server, Pem(cluster.Certificate))));
        await Assert.ThrowsAsync<KubeStatusException>(() => AskAsync(server, () => To(server, Pem(neighbour.Certificate))));
        // The root behind it is enough where the server sends what is between.
        await using var sending = await ServerAsync(cluster.Leaf("127.0.0.1"), cluster.Certificate);
        Assert.NotNull(await AskAsync(sending, () => To(sending, Pem(root.Certificate))));
        Assert.NotNull(await AskAsync(sending, () => To(sending, Pem(cluster.Certificate))));
    }

    [Fact]
    public async Task Name_must_be_the_servers_or_the_one_that_was_said()
    {
        using var authority = new TestAuthority("cluster");
        await using var server = await ServerAsync(authority.Leaf("kube.example"));
        await Assert.ThrowsAsync<KubeStatusException>(() => AskAsync(server, () => To(server, Pem(authority.Certificate))));
        await Assert.ThrowsAsync<KubeStatusException>(() => AskAsync(server, () => To(server, Pem(authority.Certificate), "other.example")));
        Assert.NotNull(await AskAsync(server, () => To(server, Pem(authority.Certificate), "kube.example")));
    }

    [Fact]
    public void Certificate_for_clients_is_none_for_a_server()
    {
        using var authority = new TestAuthority("cluster");
        using var server = authority.Leaf("127.0.0.1");
        using var client = authority.Leaf("127.0.0.1", forServers: false);
        var trust = new ServerTrust([authority.Certificate]);
        Assert.True(trust.Accepts(this, server, null, SslPolicyErrors.None));
        Assert.False(trust.Accepts(this, client, null, SslPolicyErrors.None));
        Assert.False(trust.Accepts(this, server, null, SslPolicyErrors.RemoteCertificateNameMismatch));
        Assert.False(trust.Accepts(this, null, null, SslPolicyErrors.RemoteCertificateNotAvailable));
    }

    [Fact]
    public async Task Authority_and_client_certificate_are_read_again_when_their_files_change()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        using var authority = new TestAuthority("cluster");
        using var clients = new TestAuthority("clients");
        var seen = new System.Collections.Concurrent.ConcurrentQueue<string?>();
        await using var server = await FakeApiServer.StartAsync(new FakeServerOptions
        {
            Certificate = authority.Leaf("127.0.0.1"),
            Authorize = context =>
            {
                seen.Enqueue(context.Connection.ClientCertificate?.Subject);
                return true;
            },
        });
        void WriteClient(string name)
        {
            using var leaf = clients.Leaf(name, forServers: false);
            File.WriteAllText(folder["tls.crt"], leaf.ExportCertificatePem());
            File.WriteAllText(folder["tls.key"], leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        }
        WriteClient("first");
        File.WriteAllText(folder["ca.crt"], "-----BEGIN CERTIFICATE-----");
        using var client = new KubernetesClient(
            new KubernetesClientConfiguration
            {
                Host = server.Url,
                UseEnvironmentProxy = false,
                CertificateAuthority = FileOrData.FromFile(folder["ca.crt"]),
                ClientCertificate = FileOrData.FromFile(folder["tls.crt"]),
                ClientKey = FileOrData.FromFile(folder["tls.key"]),
            },
            new KubernetesClientOptions { MaxRetries = 0 });
        var unreadable = await Assert.ThrowsAsync<KubeStatusException>(() => client.GetAsync<V1Namespace>("default", null, CancellationToken.None));
        Assert.Contains("ca.crt", unreadable.Message, StringComparison.Ordinal);

        File.WriteAllText(folder["ca.crt"], authority.Certificate.ExportCertificatePem());
        await client.GetAsync<V1Namespace>("default", null, CancellationToken.None);
        WriteClient("second-one");
        await client.GetAsync<V1Namespace>("default", null, CancellationToken.None);
        File.WriteAllText(folder["tls.key"], "half-written");
        await client.GetAsync<V1Namespace>("default", null, CancellationToken.None);
        Assert.Equal(["CN=first", "CN=second-one", "CN=second-one"], seen);
    }
}

using System.Text;
using K8sRecorder.Kube.Configuration;
using K8sRecorder.Testing;

namespace K8sRecorder.Kube.Tests.Configuration;

public sealed class KubeconfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new(inMemory: true);
    private readonly Dictionary<string, string> _variables = [];

    private KubeEnvironment Environment(bool isInteractive = false) => new()
    {
        Variable = _variables.GetValueOrDefault,
        HomeFolder = _folder["home"],
        ServiceAccountFolder = _folder["account"],
        IsInteractive = isInteractive,
    };

    private string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllText(_folder[name], text);
        return _folder[name];
    }

    private static string Config(string cluster, string user, string context = "{cluster: c, user: u}") => $$"""
        apiVersion: v1
        kind: Config
        current-context: x
        clusters: [ { name: c, cluster: {{cluster}} } ]
        users: [ { name: u, user: {{user}} } ]
        contexts: [ { name: x, context: {{context}} } ]
        """;

    private KubernetesClientConfiguration Read(string text, bool isInteractive = false) =>
        KubernetesClientConfiguration.BuildConfigFromConfigFile(Environment(isInteractive), Write("config", text), null);

    private string[] Problems(string text) => [.. Assert.Throws<KubeConfigException>(() => Read(text)).Problems.Select(problem => $"{problem.Field}: {problem.Message}")];

    [Fact]
    public void Every_field_of_a_context_is_taken()
    {
        Write("ca.pem", "x");
        Write("token", "t");
        var read = Read(Config(
            "{ server: 'https://10.0.0.1:6443/k8s/', certificate-authority: ca.pem, tls-server-name: kube.example, proxy-url: 'socks5://127.0.0.1:1080' }",
            $"{{ tokenFile: token, client-certificate-data: {Convert.ToBase64String("cert"u8)}, client-key-data: {Convert.ToBase64String("key"u8)}, as: jane, as-groups: [ g1, g2 ], as-user-extra: {{ scopes: [ a ] }} }}",
            "{ cluster: c, user: u, namespace: team-a }"));

        Assert.Equal("https://10.0.0.1:6443/k8s/", read.Host.ToString());
        Assert.Equal(("x", "team-a", "kube.example"), (read.CurrentContext, read.Namespace, read.TlsServerName));
        Assert.Equal(_folder["ca.pem"], read.CertificateAuthority!.File);
        Assert.Equal(_folder["token"], read.TokenFile);
        Assert.Equal("socks5://127.0.0.1:1080/", read.ProxyUrl!.ToString());
        Assert.Equal("cert", Encoding.ASCII.GetString(read.ClientCertificate!.Data.Span));
        Assert.Equal(["g1", "g2"], read.Impersonate!.Groups);
        Assert.Equal(["a"], read.Impersonate.Extra["scopes"]);
    }

    [Fact]
    public void Problems_are_named_all_at_once() => Assert.Equal(
        [
            "clusters[0].cluster.server: must be a URL such as https://10.0.0.1:6443, without a user, query or fragment",
            "users[0].user.username: API servers take no passwords since Kubernetes 1.19",
            "users[0].user.auth-provider: is no longer a part of kubectl (1.26); use exec",
            "users[0].user.exec.apiVersion: must be client.authentication.k8s.io/v1 or v1beta1",
            "users[0].user.exec.command: is missing",
            "users[0].user.exec.env[0].name: must be a variable's name",
            "users[0].user.exec.args[1]: must be text; quote it",
            "users[0].user.exec.interactiveMode: must be Never, IfAvailable or Always",
            "clusters[0].cluster.certificate-authority-data: is not base64",
            "clusters[0].cluster.insecure-skip-tls-verify: must be true or false",
            "clusters[0].cluster.tls-server-name: must be a host name",
            "clusters[0].cluster.proxy-url: must be a URL with http, https or socks5",
            "users[0].user.client-certificate: no such file",
            "users[0].user.client-key: is missing: a certificate and its key go together",
        ],
        Problems(Config(
            "{ server: 'https://me:secret@host', certificate-authority-data: '***', insecure-skip-tls-verify: 'yes', tls-server-name: 'a b', proxy-url: 'ftp://x' }",
            "{ username: me, password: secret, auth-provider: { name: gcp }, exec: { apiVersion: v9, env: [ { value: x } ], args: [ a, 1 ] }, client-certificate: nowhere.pem }")));

    [Theory]
    [InlineData("{ server: 'https://h', insecure-skip-tls-verify: true, certificate-authority-data: eA== }", "{}", "clusters[0].cluster.insecure-skip-tls-verify")]
    [InlineData("{ server: 'http://10.0.0.1:8080' }", "{ token: abc }", "clusters[0].cluster.server")]
    [InlineData("{ server: 'https://h' }", "{ as-groups: [ g ] }", "users[0].user.as")]
    [InlineData("{ server: 'https://h' }", "{ token: 12345 }", "users[0].user.token")]
    [InlineData("{}", "{}", "clusters[0].cluster.server")]
    public void What_does_not_go_together_is_named(string cluster, string user, string field) =>
        Assert.Equal(field, Assert.Single(Problems(Config(cluster, user))).Split(": ")[0]);

    [Theory]
    [InlineData("current-context: nowhere", "current-context")]
    [InlineData("clusters: []", "current-context")]
    [InlineData("clusters: 7", "clusters")]
    [InlineData("- a", "")]
    [InlineData("a: &x b", "")]
    [InlineData("a: *x", "")]
    [InlineData("token: !!binary abc", "")]
    [InlineData("a: [", "")]
    [InlineData("a: 1\na: 2", "")]
    [InlineData("kind: Secret", "kind")]
    public void Text_that_is_no_kubeconfig_is_a_problem_and_quotes_nothing(string text, string field)
    {
        var problems = Assert.Throws<KubeConfigException>(() => Read(text)).Problems;
        Assert.Contains(problems, problem => problem.Field == field);
    }

    [Fact]
    public void Broken_file_does_not_put_its_secrets_into_the_message()
    {
        var thrown = Assert.Throws<KubeConfigException>(() => Read("users:\n- name: u\n  user:\n    token: \"hunter2-secret\n  : }]"));
        Assert.DoesNotContain("hunter2", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_refused() => Assert.Contains("nested deeper", Problems(new string('[', 5000))[0], StringComparison.Ordinal);

    [Fact]
    public void Several_files_are_one_and_the_first_counts()
    {
        var first = Write("a/config", "users: [ { name: u, user: { token: first } } ]\ncontexts: [ { name: x, context: { cluster: c, user: u } } ]");
        var second = Write("b/config", Config("{ server: 'https://second', certificate-authority: ca.pem }", "{ token: second }"));
        Write("b/ca.pem", "x");
        _variables["KUBECONFIG"] = $"{first}{Path.PathSeparator}{_folder["missing"]}{Path.PathSeparator}{second}";

        var read = KubernetesClientConfiguration.BuildDefaultConfig(Environment());
        Assert.Equal(("first", "https://second/", "x"), (read.AccessToken, read.Host.ToString(), read.CurrentContext));
        // Beside the file that names it.
        Assert.Equal(_folder["b/ca.pem"], read.CertificateAuthority!.File);
    }

    [Fact]
    public void Without_files_a_pod_uses_its_account_and_everybody_else_is_told()
    {
        Assert.Contains("home/.kube/config", Assert.Throws<KubeConfigException>(() => KubernetesClientConfiguration.BuildDefaultConfig(Environment())).Message, StringComparison.Ordinal);

        _variables["KUBERNETES_SERVICE_HOST"] = "fd00::1";
        _variables["KUBERNETES_SERVICE_PORT"] = "443";
        Assert.Contains("ca.crt", Assert.Throws<KubeConfigException>(() => KubernetesClientConfiguration.InClusterConfig(Environment())).Message, StringComparison.Ordinal);
        foreach (var (name, text) in new[] { ("token", "t"), ("ca.crt", "c"), ("namespace", "recorder-system\n") })
            Write($"account/{name}", text);
        var read = KubernetesClientConfiguration.BuildDefaultConfig(Environment());
        Assert.Equal(("https://[fd00::1]/", "recorder-system"), (read.Host.ToString(), read.Namespace));
        Assert.Equal(_folder["account/token"], read.TokenFile);
    }

    [Fact]
    public void Plugin_is_read_with_its_cluster()
    {
        var text = Config(
            "{ server: 'https://h', certificate-authority-data: eA==, extensions: [ { name: client.authentication.k8s.io/exec, extension: { n: 1, s: '1' } } ] }",
            "{ exec: { apiVersion: client.authentication.k8s.io/v1, command: bin/login, args: [ get ], env: [ { name: A, value: b } ], provideClusterInfo: true, interactiveMode: IfAvailable } }");
        var exec = Read(text, isInteractive: true).Exec!;

        Assert.Equal(_folder["bin/login"], exec.Command);
        Assert.True(exec.IsInteractive);
        Assert.Equal("""{"server":"https://h","certificate-authority-data":"eA==","config":{"n":1,"s":"1"}}""", exec.ClusterInfo);
        Assert.False(Read(text).Exec!.IsInteractive);
    }

    public void Dispose() => _folder.Dispose();
}

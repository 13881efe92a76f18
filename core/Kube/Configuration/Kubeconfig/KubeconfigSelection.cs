using System.Net;

namespace K8sRecorder.Kube.Configuration.Kubeconfig;

/// <summary>Makes a configuration from the context that is meant, its cluster and its user; collects what is wrong with any of the three.</summary>
internal sealed class KubeconfigSelection(KubeEnvironment environment, KubeconfigDocument document, List<KubeConfigProblem> problems)
{
    /// <summary>The configuration; null where problems were found.</summary>
    public KubernetesClientConfiguration? Select(string? contextName)
    {
        var name = contextName ?? document.CurrentContext;
        if (string.IsNullOrEmpty(name))
        {
            problems.Add(new KubeConfigProblem(document.File, "current-context", "is missing, and no context was named"));
            return null;
        }
        if (Find(document.Contexts, name, contextName is null ? "current-context" : "contexts") is not { } context)
            return null;
        var cluster = context.Text("cluster") is { } clusterName ? Find(document.Clusters, clusterName, context.PathOf("cluster")) : Missing(context, "cluster");
        // A context without a user is an anonymous one.
        var user = context.Text("user") is { } userName
            ? Find(document.Users, userName, context.PathOf("user")) : new KubeconfigFields([], context.File, "", problems);
        if (cluster is null || user is null)
            return null;

        var server = Server(cluster);
        var access = new KubeconfigUser(environment, user, cluster);
        var configuration = new KubernetesClientConfiguration
        {
            Host = server ?? new Uri("https://invalid"),
            CurrentContext = name,
            Namespace = context.Text("namespace") ?? "default",
            CertificateAuthority = Pem(cluster, "certificate-authority"),
            SkipTlsVerify = cluster.Flag("insecure-skip-tls-verify"),
            TlsServerName = ServerName(cluster),
            ProxyUrl = Proxy(cluster),
            AccessToken = access.Token,
            TokenFile = access.TokenFile,
            ClientCertificate = Pem(user, "client-certificate"),
            ClientKey = Pem(user, "client-key"),
            Exec = access.Exec,
            Impersonate = access.Impersonate,
        };
        CheckTogether(configuration, cluster, user);
        return problems.Count > 0 ? null : configuration;
    }

    private static void CheckTogether(KubernetesClientConfiguration configuration, KubeconfigFields cluster, KubeconfigFields user)
    {
        if (configuration.SkipTlsVerify && configuration.CertificateAuthority is not null)
            cluster.Problem("insecure-skip-tls-verify", "believes anybody, but an authority is given: one of the two");
        if (configuration.ClientCertificate is null != configuration.ClientKey is null)
            user.Problem(configuration.ClientKey is null ? "client-key" : "client-certificate", "is missing: a certificate and its key go together");
        var isSecret = configuration.AccessToken is not null || configuration.TokenFile is not null || configuration.Exec is not null;
        if (isSecret && configuration.Host.Scheme == Uri.UriSchemeHttp && !configuration.Host.IsLoopback)
            cluster.Problem("server", "is plain http: the user's credential would be readable on the way; use https");
    }

    private KubeconfigFields? Find(IReadOnlyList<KubeconfigEntry> entries, string name, string from)
    {
        if (entries.FirstOrDefault(entry => entry.Name == name) is { } found)
            return new KubeconfigFields(found.Body, found.File, found.Field, problems);
        problems.Add(new KubeConfigProblem(document.File, from, $"\"{Shown(name)}\" is not defined"));
        return null;
    }

    private static KubeconfigFields? Missing(KubeconfigFields fields, string field)
    {
        fields.Problem(field, "is missing");
        return null;
    }

    private static Uri? Server(KubeconfigFields cluster)
    {
        if (cluster.Text("server") is not { } text)
        {
            cluster.Problem("server", "is missing");
            return null;
        }
        // kubectl takes a bare host and port for http on such a server; nobody means that with a credential.
        if (Uri.TryCreate(text, UriKind.Absolute, out var server) && server.Scheme is "https" or "http" && server is { Host: not "", UserInfo: "", Query: "", Fragment: "" })
            return server;
        cluster.Problem("server", "must be a URL such as https://10.0.0.1:6443, without a user, query or fragment");
        return null;
    }

    private static string? ServerName(KubeconfigFields cluster)
    {
        var name = cluster.Text("tls-server-name");
        if (name is null || Uri.CheckHostName(name) is UriHostNameType.Dns || IPAddress.TryParse(name, out _))
            return name;
        cluster.Problem("tls-server-name", "must be a host name");
        return null;
    }

    private static Uri? Proxy(KubeconfigFields cluster)
    {
        if (cluster.Text("proxy-url") is not { } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var proxy) && proxy.Scheme is "http" or "https" or "socks5" && proxy.Host is not "")
            return proxy;
        cluster.Problem("proxy-url", "must be a URL with http, https or socks5");
        return null;
    }

    /// <summary>As kubectl: data wins where both are given.</summary>
    private static FileOrData? Pem(KubeconfigFields fields, string field)
    {
        if (fields.Has(field + "-data"))
            return fields.Base64(field + "-data") is { } data ? FileOrData.FromData(data) : null;
        if (fields.FilePath(field) is not { } path)
            return null;
        if (!File.Exists(path))
            fields.Problem(field, "no such file");
        return FileOrData.FromFile(path);
    }

    private static string Shown(string name) =>
        string.Concat(name.Take(100).Select(c => char.IsControl(c) ? '?' : c));
}

using System.Text.Json.Nodes;

namespace K8sRecorder.Kube.Configuration.Kubeconfig;

/// <summary>How a user of a kubeconfig proves who it is.</summary>
internal sealed class KubeconfigUser
{
    private const string ExecExtension = "client.authentication.k8s.io/exec";
    private readonly KubeEnvironment _environment;

    public KubeconfigUser(KubeEnvironment environment, KubeconfigFields user, KubeconfigFields cluster)
    {
        _environment = environment;
        Token = user.Text("token");
        TokenFile = user.FilePath("tokenFile");
        if (TokenFile is not null && !File.Exists(TokenFile))
            user.Problem("tokenFile", "no such file");
        if (user.Has("username") || user.Has("password"))
            user.Problem(user.Has("username") ? "username" : "password", "API servers take no passwords since Kubernetes 1.19");
        if (user.Has("auth-provider"))
            user.Problem("auth-provider", "is no longer a part of kubectl (1.26); use exec");
        if (user.Object("exec") is { } exec)
        {
            var plugin = ReadExec(exec, cluster);
            // As kubectl: a token that stands there is used, and nothing is run.
            Exec = Token is null && TokenFile is null ? plugin : null;
        }
        Impersonate = ReadImpersonation(user);
    }

    public string? Token { get; }

    public string? TokenFile { get; }

    public ExecPlugin? Exec { get; }

    public Impersonation? Impersonate { get; }

    private ExecPlugin ReadExec(KubeconfigFields exec, KubeconfigFields cluster)
    {
        var version = exec.Text("apiVersion");
        if (version is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
            exec.Problem("apiVersion", "must be client.authentication.k8s.io/v1 or v1beta1");
        var command = exec.Text("command");
        if (command is null)
            exec.Problem("command", "is missing");
        else if (command.Contains('/') || command.Contains(Path.DirectorySeparatorChar))
            command = exec.FilePath("command");

        var environment = new List<KeyValuePair<string, string>>();
        foreach (var variable in exec.Objects("env"))
        {
            if (variable.Text("name") is not { } name || name.Contains('=') || name.Contains('\0'))
                variable.Problem("name", "must be a variable's name");
            else
                environment.Add(new KeyValuePair<string, string>(name, variable.Text("value") ?? ""));
        }
        return new ExecPlugin
        {
            ApiVersion = version ?? "",
            Command = command ?? "",
            Arguments = exec.Texts("args"),
            Environment = environment,
            InstallHint = exec.Text("installHint"),
            IsInteractive = MayAsk(exec, version),
            ClusterInfo = exec.Flag("provideClusterInfo") ? ClusterInfo(cluster) : null,
            SearchPath = _environment.Variable("PATH"),
        };
    }

    private bool MayAsk(KubeconfigFields exec, string? version)
    {
        switch (exec.Text("interactiveMode"))
        {
            case "Never":
                return false;
            case "IfAvailable":
                return _environment.IsInteractive;
            case "Always":
                if (!_environment.IsInteractive)
                    exec.Problem("interactiveMode", "Always, but there is no terminal to ask at");
                return true;
            case null when version is "client.authentication.k8s.io/v1beta1":
                return _environment.IsInteractive;
            default:
                exec.Problem("interactiveMode", "must be Never, IfAvailable or Always");
                return false;
        }
    }

    /// <summary><c>spec.cluster</c> of an ExecCredential: the public part of the cluster's entry.</summary>
    private static string ClusterInfo(KubeconfigFields cluster)
    {
        var info = new JsonObject();
        foreach (var field in (ReadOnlySpan<string>)["server", "tls-server-name", "proxy-url"])
            if (cluster.Text(field) is { } text)
                info.Add(field, text);
        if (cluster.Flag("insecure-skip-tls-verify"))
            info.Add("insecure-skip-tls-verify", true);
        if (cluster.Text("certificate-authority-data") is { } data)
            info.Add("certificate-authority-data", data);
        else if (cluster.FilePath("certificate-authority") is { } path && File.Exists(path))
            info.Add("certificate-authority-data", Convert.ToBase64String(File.ReadAllBytes(path)));
        foreach (var extension in cluster.Objects("extensions"))
            if (extension.Text("name") is ExecExtension && extension.Body["extension"] is { } config)
                info.Add("config", config.DeepClone());
        return info.ToJsonString();
    }

    private static Impersonation? ReadImpersonation(KubeconfigFields user)
    {
        var extra = new Dictionary<string, IReadOnlyList<string>>();
        if (user.Object("as-user-extra") is { } given)
            foreach (var (key, _) in given.Body)
                extra.Add(key, given.Texts(key));
        var groups = user.Texts("as-groups");
        var uid = user.Text("as-uid");
        if (user.Text("as") is { } name)
            return new Impersonation(name, uid, groups, extra);
        if (uid is not null || groups.Count > 0 || extra.Count > 0)
            user.Problem("as", "is missing: groups, uid and extra need a user to go with");
        return null;
    }
}

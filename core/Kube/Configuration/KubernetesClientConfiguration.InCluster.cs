namespace K8sRecorder.Kube.Configuration;

public sealed partial class KubernetesClientConfiguration
{
    private const string HostVariable = "KUBERNETES_SERVICE_HOST";
    private const string PortVariable = "KUBERNETES_SERVICE_PORT";

    /// <summary>Whether we are a pod with a token.</summary>
    public static bool IsInCluster(KubeEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return environment.Variable(HostVariable) is { Length: > 0 } && environment.Variable(PortVariable) is { Length: > 0 }
            && File.Exists(Path.Combine(environment.ServiceAccountFolder, "token"));
    }

    /// <summary>The pod's own service account.</summary>
    /// <exception cref="KubeConfigException">What is missing, all of it.</exception>
    public static KubernetesClientConfiguration InClusterConfig(KubeEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var problems = new List<KubeConfigProblem>();
        var host = environment.Variable(HostVariable);
        var port = environment.Variable(PortVariable);
        if (string.IsNullOrEmpty(host) || Uri.CheckHostName(host) == UriHostNameType.Unknown)
            problems.Add(new KubeConfigProblem("environment", HostVariable, "must be the API server's address; a pod has it from the kubelet"));
        if (!ushort.TryParse(port, out var number) || number == 0)
            problems.Add(new KubeConfigProblem("environment", PortVariable, "must be a port"));

        string InFolder(string name) => Path.Combine(environment.ServiceAccountFolder, name);
        foreach (var name in (ReadOnlySpan<string>)["token", "ca.crt"])
            if (!File.Exists(InFolder(name)))
                problems.Add(new KubeConfigProblem(InFolder(name), "", "is missing; does the pod mount its service account's token?"));
        var ownNamespace = ReadOwnNamespace(InFolder("namespace"), problems);
        if (problems.Count > 0)
            throw new KubeConfigException(problems);

        return new KubernetesClientConfiguration
        {
            Host = new UriBuilder("https", host!, number).Uri,
            Namespace = ownNamespace,
            TokenFile = InFolder("token"),
            CertificateAuthority = FileOrData.FromFile(InFolder("ca.crt")),
        };
    }

    private static string ReadOwnNamespace(string path, List<KubeConfigProblem> problems)
    {
        try
        {
            var text = File.Exists(path) ? File.ReadAllText(path).Trim() : "";
            return text is "" ? "default" : text;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problems.Add(new KubeConfigProblem(path, "", $"cannot be read: {unreadable.Message}"));
            return "default";
        }
    }
}

using K8sRecorder.Kube.Configuration.Kubeconfig;

namespace K8sRecorder.Kube.Configuration;

public sealed partial class KubernetesClientConfiguration
{
    /// <summary>
    /// What a program should use that was told nothing: the files of <c>KUBECONFIG</c>, else <c>~/.kube/config</c>, else the pod's service account.
    /// </summary>
    /// <exception cref="KubeConfigException">None of them, or what is wrong with the one that is there.</exception>
    public static KubernetesClientConfiguration BuildDefaultConfig(KubeEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var files = KubeconfigFiles.Default(environment);
        if (files.Any(File.Exists))
            return BuildConfigFromConfigFiles(environment, files, context: null);
        if (IsInCluster(environment))
            return InClusterConfig(environment);
        throw new KubeConfigException([new KubeConfigProblem(files[0], "", "no such file, and this is no pod with a service account; set KUBECONFIG")]);
    }

    /// <summary>One file, as <c>--kubeconfig</c> names it.</summary>
    /// <exception cref="KubeConfigException">All that is wrong with it.</exception>
    public static KubernetesClientConfiguration BuildConfigFromConfigFile(KubeEnvironment environment, string path, string? context)
    {
        if (!File.Exists(path))
            throw new KubeConfigException([new KubeConfigProblem(path, "", "no such file")]);
        return BuildConfigFromConfigFiles(environment, [path], context);
    }

    /// <summary>
    /// Several files as one: of clusters, users and contexts of the same name the first counts, and the first <c>current-context</c>; files
    /// that do not exist are passed over.
    /// </summary>
    /// <exception cref="KubeConfigException">All that is wrong with them.</exception>
    public static KubernetesClientConfiguration BuildConfigFromConfigFiles(
        KubeEnvironment environment, IReadOnlyList<string> paths, string? context)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(paths);
        var problems = new List<KubeConfigProblem>();
        var documents = new List<KubeconfigDocument>();
        foreach (var path in paths.Where(File.Exists))
            if (KubeconfigReader.ReadFile(path, problems) is { } document)
                documents.Add(document);
        var merged = KubeconfigDocument.Merge(documents, paths.Count > 0 ? paths[0] : "kubeconfig");
        var configuration = problems.Count > 0 ? null : new KubeconfigSelection(environment, merged, problems).Select(context);
        return problems.Count > 0 || configuration is null ? throw new KubeConfigException(problems) : configuration;
    }
}

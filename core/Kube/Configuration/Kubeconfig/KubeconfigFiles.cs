namespace K8sRecorder.Kube.Configuration.Kubeconfig;

/// <summary>Which files are meant where none was named.</summary>
internal static class KubeconfigFiles
{
    /// <summary>Those of <c>KUBECONFIG</c> in their order, else the one in the home folder; never none.</summary>
    public static IReadOnlyList<string> Default(KubeEnvironment environment)
    {
        var named = (environment.Variable("KUBECONFIG") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return named.Length > 0 ? named : [Path.Combine(environment.HomeFolder, ".kube", "config")];
    }
}

namespace K8sRecorder.Kube.Configuration;

/// <summary>What a configuration is found by: the program hands in its environment, so that nothing below reads it.</summary>
public sealed class KubeEnvironment
{
    /// <summary>The value of an environment variable; null where there is none.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The user's own folder, for <c>~/.kube/config</c>.</summary>
    public required string HomeFolder { get; init; }

    /// <summary>Where a pod finds its token, its namespace and the cluster's authority.</summary>
    public string ServiceAccountFolder { get; init; } = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>A credential plugin may ask the person at the terminal.</summary>
    public bool IsInteractive { get; init; }
}

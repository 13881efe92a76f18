namespace K8sRecorder.Kube.Configuration;

/// <summary>A credential plugin: a program that prints an <c>ExecCredential</c> (client.authentication.k8s.io/v1 or v1beta1).</summary>
public sealed class ExecPlugin
{
    /// <summary>Version of the protocol that is asked for and must come back.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>A path, or a name that is looked up in PATH, never in the working folder.</summary>
    public required string Command { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>What to tell people where the program is absent.</summary>
    public string? InstallHint { get; init; }

    /// <summary>The plugin may read from the terminal.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>The cluster's part of <c>KUBERNETES_EXEC_INFO</c> as JSON, where the plugin asked for it.</summary>
    public string? ClusterInfo { get; init; }

    /// <summary>PATH as the program was started with.</summary>
    public string? SearchPath { get; init; }
}

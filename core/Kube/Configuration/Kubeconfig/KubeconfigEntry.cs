using System.Text.Json.Nodes;

namespace K8sRecorder.Kube.Configuration.Kubeconfig;

/// <summary>A named cluster, user or context, the file it stands in and where there, as <c>users[2]</c>.</summary>
internal sealed record KubeconfigEntry(string Name, string File, string Field, JsonObject Body);

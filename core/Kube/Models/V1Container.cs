using System.Text.Json.Nodes;

namespace K8sRecorder.Kube.Models;

/// <summary>A container, init container or ephemeral container, as far as it is read here; probes and hooks as they were sent.</summary>
public sealed class V1Container
{
    public string? Name { get; set; }

    public string? Image { get; set; }

    public string? ImagePullPolicy { get; set; }

    public IList<string>? Command { get; set; }

    public IList<string>? Args { get; set; }

    public string? WorkingDir { get; set; }

    public IList<V1EnvVar>? Env { get; set; }

    public JsonNode? EnvFrom { get; set; }

    public IList<V1ContainerPort>? Ports { get; set; }

    public V1ResourceRequirements? Resources { get; set; }

    public IList<V1VolumeMount>? VolumeMounts { get; set; }

    public JsonNode? VolumeDevices { get; set; }

    public V1SecurityContext? SecurityContext { get; set; }

    public string? RestartPolicy { get; set; }

    public JsonNode? StartupProbe { get; set; }

    public JsonNode? ReadinessProbe { get; set; }

    public JsonNode? LivenessProbe { get; set; }

    public JsonNode? Lifecycle { get; set; }

    public string? TerminationMessagePolicy { get; set; }

    public string? TargetContainerName { get; set; }
}

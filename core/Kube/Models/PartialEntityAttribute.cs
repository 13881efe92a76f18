namespace K8sRecorder.Kube.Models;

/// <summary>
/// Marks a model that has not every field of its kind. Written back whole it would delete the others, so the client refuses to replace
/// it; patches and server-side apply touch only what they name.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PartialEntityAttribute : Attribute;

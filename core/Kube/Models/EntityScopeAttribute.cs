namespace K8sRecorder.Kube.Models;

/// <summary>Says that a type's objects lie in no namespace; without it they do.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EntityScopeAttribute(EntityScope scope) : Attribute
{
    public EntityScope Scope { get; } = scope;
}

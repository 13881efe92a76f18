using K8sRecorder.Kube.Models;

namespace K8sRecorder.Kube;

/// <summary>Where the API server keeps a type, from its attributes; and the paths there.</summary>
internal sealed class EntityInfo
{
    private EntityInfo(Type type)
    {
        var entity = (KubernetesEntityAttribute?)Attribute.GetCustomAttribute(type, typeof(KubernetesEntityAttribute))
            ?? throw new InvalidOperationException($"{type.Name} has no [KubernetesEntity]");
        Kind = entity.Kind;
        Plural = entity.PluralName;
        ApiVersion = entity.Group is "" ? entity.ApiVersion : $"{entity.Group}/{entity.ApiVersion}";
        Root = entity.Group is "" ? $"/api/{entity.ApiVersion}" : $"/apis/{entity.Group}/{entity.ApiVersion}";
        IsNamespaced = ((EntityScopeAttribute?)Attribute.GetCustomAttribute(type, typeof(EntityScopeAttribute)))?.Scope is not EntityScope.Cluster;
        IsPartial = Attribute.GetCustomAttribute(type, typeof(PartialEntityAttribute)) is not null;
    }

    public string Kind { get; }

    public string Plural { get; }

    /// <summary>As an object says it: <c>v1</c>, <c>apps/v1</c>.</summary>
    public string ApiVersion { get; }

    public bool IsNamespaced { get; }

    /// <summary>The model lacks fields of its kind: <see cref="PartialEntityAttribute"/>.</summary>
    public bool IsPartial { get; }

    private string Root { get; }

    public static EntityInfo Of<T>() => Holder<T>.Info;

    /// <summary>The path of all objects, or of a namespace's.</summary>
    public string Collection(string? namespaceName)
    {
        if (namespaceName is null)
            return $"{Root}/{Plural}";
        if (!IsNamespaced)
            throw new ArgumentException($"a {Kind} lies in no namespace", nameof(namespaceName));
        return $"{Root}/namespaces/{Segment(namespaceName, nameof(namespaceName))}/{Plural}";
    }

    /// <summary>The path of one object; an empty namespace is none.</summary>
    public string Item(string name, string? namespaceName, string? subresource = null)
    {
        if (IsNamespaced && string.IsNullOrEmpty(namespaceName))
            throw new ArgumentException($"a {Kind} lies in a namespace: {name} needs one", nameof(namespaceName));
        var path = $"{Collection(string.IsNullOrEmpty(namespaceName) ? null : namespaceName)}/{Segment(name, nameof(name))}";
        return subresource is null ? path : $"{path}/{Segment(subresource, nameof(subresource))}";
    }

    /// <summary>A name may come from anywhere: it must stay one segment of the path, and dots would be taken for folders.</summary>
    private static string Segment(string text, string parameter) => text is "" or "." or ".." || text.AsSpan().ContainsAny("/%")
        ? throw new ArgumentException("is no name of an object", parameter) : Uri.EscapeDataString(text);

    private static class Holder<T>
    {
        public static readonly EntityInfo Info = new(typeof(T));
    }
}

namespace K8sRecorder.Recording.Sessions;

/// <summary>What the open statement binds a session to. A value that is not known is null and is left out.</summary>
public sealed record SessionIdentity
{
    /// <summary>The id in the store's <c>store.json</c>: a session found in another store is foreign.</summary>
    public string? Store { get; init; }

    /// <summary>Namespace of the pod.</summary>
    public string? Namespace { get; init; }

    /// <summary>Name of the pod.</summary>
    public string? Pod { get; init; }

    /// <summary>UID of the pod.</summary>
    public string? PodUid { get; init; }

    /// <summary>Name of the node.</summary>
    public string? Node { get; init; }

    /// <summary>Service account of the pod.</summary>
    public string? ServiceAccount { get; init; }

    /// <summary>Container name to image digest.</summary>
    public IReadOnlyDictionary<string, string>? Images { get; init; }

    /// <summary>Digest of the policy in force.</summary>
    public string? Policy { get; init; }

    /// <summary>Id of the key that the tags of masked values were made with.</summary>
    public string? TagKeyId { get; init; }

    /// <summary>Who is behind it.</summary>
    public SessionActor? Actor { get; init; }
}

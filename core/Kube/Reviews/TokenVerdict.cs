using K8sRecorder.Kube.Models;

namespace K8sRecorder.Kube.Reviews;

/// <summary>Whose token it is; <paramref name="User"/> is null where it is nobody's, and <paramref name="Refusal"/> says why.</summary>
public sealed record TokenVerdict(V1UserInfo? User, string? Refusal)
{
    /// <summary>The service account's namespace and name; null where the user is none.</summary>
    public NamespacedName? ServiceAccount => User?.Username?.Split(':') is ["system", "serviceaccount", { Length: > 0 } space, { Length: > 0 } name]
        ? new NamespacedName(space, name) : null;

    /// <summary>The pod that the token is bound to: name and uid; null where it is bound to none.</summary>
    public (string Name, string Uid)? Pod =>
        One("authentication.kubernetes.io/pod-name") is { } name && One("authentication.kubernetes.io/pod-uid") is { } uid ? (name, uid) : null;

    private string? One(string key) => User?.Extra?.TryGetValue(key, out var values) is true && values.Count == 1 ? values[0] : null;
}

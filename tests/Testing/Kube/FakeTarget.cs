namespace K8sRecorder.Testing.Kube;

/// <summary>What a path means.</summary>
internal sealed record FakeTarget(FakeKind Kind, string? Space, string? Name, string? Subresource)
{
    public static FakeTarget? Parse(string path, IReadOnlyList<FakeKind> kinds)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var root = parts is ["api", ..] ? 2 : 3;
        if (parts.Length <= root)
            return null;
        var rest = parts[root..];
        string? space = null;
        if (rest is ["namespaces", var name, _, ..] && rest[2] is not ("status" or "finalize"))
            (space, rest) = (name, rest[2..]);
        var kind = kinds.FirstOrDefault(k => k.Plural == rest[0] && path.StartsWith(k.Root + "/", StringComparison.Ordinal));
        if (kind is null || kind.IsNamespaced && space is null && rest.Length > 1 || !kind.IsNamespaced && space is not null)
            return null;
        return new FakeTarget(kind, space, rest.ElementAtOrDefault(1), rest.ElementAtOrDefault(2));
    }
}

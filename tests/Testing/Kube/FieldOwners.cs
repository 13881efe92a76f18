using System.Text.Json.Nodes;

namespace K8sRecorder.Testing.Kube;

/// <summary>
/// Who set which field of one object: enough of server-side apply to see conflicts, force, and that what is no longer applied goes away.
/// Lists are owned whole.
/// </summary>
internal sealed class FieldOwners
{
    private readonly Dictionary<string, HashSet<string>> _applied = [];
    private readonly Dictionary<string, HashSet<string>> _updated = [];

    public void Updated(string manager, JsonObject before, JsonObject after)
    {
        var old = Leaves(before);
        foreach (var (path, value) in Leaves(after).Where(leaf => !(old.TryGetValue(leaf.Key, out var was) && JsonNode.DeepEquals(was, leaf.Value))))
        {
            foreach (var owned in _applied.Values.Concat(_updated.Values))
                owned.Remove(path);
            Owned(_updated, manager).Add(path);
        }
    }

    public void Applied(string manager, JsonObject body)
    {
        var paths = Leaves(body).Keys.ToHashSet();
        _applied[manager] = paths;
        Owned(_updated, manager).Clear();
    }

    public JsonObject Apply(FakePatch patch, JsonObject target)
    {
        var wanted = Leaves(patch.Body as JsonObject ?? throw FakeApiException.Bad("no object"));
        var now = Leaves(target);
        var others = _applied.Concat(_updated).Where(pair => pair.Key != patch.Manager).ToList();
        foreach (var (path, value) in wanted)
        {
            var owners = others.Where(pair => pair.Value.Contains(path)).ToList();
            if (owners.Count == 0 || (now.TryGetValue(path, out var current) && JsonNode.DeepEquals(current, value)))
                continue;
            if (!patch.Force)
                throw FakeApiException.Conflict($"Apply failed with 1 conflict: conflict with \"{owners[0].Key}\": {path.Replace('\n', '.')}");
            foreach (var owner in owners)
                owner.Value.Remove(path);
        }
        foreach (var gone in Owned(_applied, patch.Manager).Where(path => !wanted.ContainsKey(path) && !others.Any(other => other.Value.Contains(path))))
            Set(target, gone.Split('\n'), null);
        foreach (var (path, value) in wanted)
            Set(target, path.Split('\n'), value?.DeepClone());
        return target;
    }

    private static HashSet<string> Owned(Dictionary<string, HashSet<string>> owners, string manager) =>
        owners.TryGetValue(manager, out var paths) ? paths : owners[manager] = [];

    private static void Set(JsonObject target, string[] path, JsonNode? value)
    {
        foreach (var step in path[..^1])
        {
            if (target[step] is not JsonObject)
                target[step] = new JsonObject();
            target = target[step]!.AsObject();
        }
        if (value is null)
            target.Remove(path[^1]);
        else
            target[path[^1]] = value;
    }

    private static Dictionary<string, JsonNode?> Leaves(JsonObject entity)
    {
        var leaves = new Dictionary<string, JsonNode?>();
        Walk(entity, "");
        foreach (var identity in (ReadOnlySpan<string>)["apiVersion", "kind", "metadata\nname", "metadata\nnamespace", "metadata\nuid", "metadata\nresourceVersion", "metadata\ncreationTimestamp", "metadata\ngeneration"])
            leaves.Remove(identity);
        return leaves;

        void Walk(JsonObject at, string prefix)
        {
            foreach (var (name, value) in at)
            {
                if (value is JsonObject { Count: > 0 } inner)
                    Walk(inner, $"{prefix}{name}\n");
                else if (value is not JsonObject)
                    leaves[prefix + name] = value;
            }
        }
    }
}

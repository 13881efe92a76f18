using System.Globalization;
using System.Text.Json.Nodes;

namespace K8sRecorder.Testing.Kube;

/// <summary>
/// The objects and their history: one version counts for all kinds, as in etcd. Checks what an API server checks of every write: names,
/// namespaces, kinds, resource versions, uids, finalizers, the border between an object and its status.
/// </summary>
public sealed class FakeStore(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FieldOwners> _owners = [];
    private readonly Dictionary<long, List<JsonObject>> _snapshots = [];
    private readonly List<FakeChange> _history = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _version = 100;
    private long _compacted;

    /// <summary>Ends with the next write.</summary>
    public Task Changed
    {
        get
        {
            lock (_lock)
                return _changed.Task;
        }
    }

    public long Version
    {
        get
        {
            lock (_lock)
                return _version;
        }
    }

    /// <summary>Forgets the history: whoever asks for a version from before gets 410.</summary>
    public void Compact()
    {
        lock (_lock)
        {
            _version++;
            _compacted = _version;
            _history.Clear();
            _snapshots.Clear();
        }
    }

    /// <summary>A page, the version of its list, and what to ask for the next with.</summary>
    public (IReadOnlyList<JsonObject> Items, long Version, string? Next) List(FakeKind kind, string? space, FakeSelector selector, int limit, string? from)
    {
        lock (_lock)
        {
            var version = _version;
            var start = 0;
            List<JsonObject> all;
            if (from is not null)
            {
                var parts = from.Split('.');
                version = long.Parse(parts[0], CultureInfo.InvariantCulture);
                start = int.Parse(parts[1], CultureInfo.InvariantCulture);
                // Pages are of one state, however much happens between them.
                all = _snapshots.TryGetValue(version, out var kept) ? kept : throw FakeApiException.Expired();
            }
            else
            {
                all = [.. Of_NeedsLock(kind, space).Where(selector.Matches)];
                if (limit > 0 && all.Count > limit)
                    _snapshots[version] = [.. all.Select(o => (JsonObject)o.DeepClone())];
            }
            var page = all.Skip(start).Take(limit > 0 ? limit : int.MaxValue).Select(o => (JsonObject)o.DeepClone()).ToList();
            var next = start + page.Count < all.Count ? $"{version}.{start + page.Count}" : null;
            return (page, version, next);
        }
    }

    /// <summary>What happened after a version; throws where that is no longer known.</summary>
    public IReadOnlyList<FakeChange> Since(long version)
    {
        lock (_lock)
            return version < _compacted ? throw FakeApiException.Expired() : [.. _history.Where(change => change.Version > version)];
    }

    public JsonObject Get(FakeKind kind, string? space, string name)
    {
        lock (_lock)
            return (JsonObject)Find_NeedsLock(kind, space, name).DeepClone();
    }

    public JsonObject Create(FakeKind kind, string? space, JsonObject entity, string manager)
    {
        lock (_lock)
        {
            entity = (JsonObject)entity.DeepClone();
            CheckKind(kind, entity);
            var meta = Meta(entity);
            if (Text(meta, "resourceVersion") is { Length: > 0 })
                throw FakeApiException.Bad("resourceVersion should not be set on objects to be created");
            if (space is not null && Text(meta, "namespace") is { } said && said != space)
                throw FakeApiException.Bad("the namespace of the provided object does not match the namespace sent on the request");
            if (space is not null && kind.Plural != "namespaces" && !_objects.ContainsKey(Key(FakeKind.BuiltIn[0], null, space)))
                throw FakeApiException.NotFound(FakeKind.BuiltIn[0], space);
            var name = Text(meta, "name") ?? (Text(meta, "generateName") is { } prefix ? $"{prefix}{_version:x5}" : throw FakeApiException.Invalid("name or generateName is required"));
            if (_objects.ContainsKey(Key(kind, space, name)))
                throw new FakeApiException(409, "AlreadyExists", $"{kind.Plural} \"{name}\" already exists");
            meta["name"] = name;
            if (space is not null)
                meta["namespace"] = space;
            meta["uid"] = Guid.NewGuid().ToString();
            meta["creationTimestamp"] = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            meta["generation"] = 1L;
            if (kind.HasStatus)
                entity.Remove("status");
            _owners[Key(kind, space, name)] = new FieldOwners();
            _owners[Key(kind, space, name)].Updated(manager, [], entity);
            return Keep_NeedsLock(kind, "ADDED", entity, null);
        }
    }

    public JsonObject Replace(FakeKind kind, string? space, string name, JsonObject entity, string? subresource, string manager)
    {
        lock (_lock)
        {
            CheckKind(kind, entity);
            var before = Find_NeedsLock(kind, space, name);
            var meta = Meta(entity);
            if (Text(meta, "name") != name)
                throw FakeApiException.Bad("the name of the object does not match the name on the URL");
            return Change_NeedsLock(kind, before, (JsonObject)entity.DeepClone(), subresource, manager);
        }
    }

    public JsonObject Patch(FakeKind kind, string? space, string name, FakePatch patch, string? subresource)
    {
        lock (_lock)
        {
            var key = Key(kind, space, name);
            if (!_objects.TryGetValue(key, out var before))
            {
                if (!patch.IsApply || subresource is not null)
                    throw FakeApiException.NotFound(kind, name);
                var made = Create(kind, space, patch.Body as JsonObject ?? throw FakeApiException.Bad("no object"), patch.Manager);
                _owners[key].Applied(patch.Manager, patch.Body.AsObject());
                return made;
            }
            if (!patch.IsApply)
                return Change_NeedsLock(kind, before, patch.Apply((JsonObject)before.DeepClone()), subresource, patch.Manager);

            var after = _owners[key].Apply(patch, (JsonObject)before.DeepClone());
            var result = Change_NeedsLock(kind, before, after, subresource, manager: null);
            _owners[key].Applied(patch.Manager, patch.Body.AsObject());
            return result;
        }
    }

    public JsonObject Delete(FakeKind kind, string? space, string name, string? uid)
    {
        lock (_lock)
        {
            var before = Find_NeedsLock(kind, space, name);
            if (uid is not null && Text(Meta(before), "uid") != uid)
                throw FakeApiException.Conflict("the UID in the precondition does not match the UID in record");
            if (Meta(before)["finalizers"] is JsonArray { Count: > 0 })
            {
                var dying = (JsonObject)before.DeepClone();
                Meta(dying)["deletionTimestamp"] ??= time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
                return Keep_NeedsLock(kind, "MODIFIED", dying, before);
            }
            return Remove_NeedsLock(kind, space, name, before);
        }
    }

    private JsonObject Change_NeedsLock(FakeKind kind, JsonObject before, JsonObject after, string? subresource, string? manager)
    {
        var (old, meta) = (Meta(before), Meta(after));
        if (Text(meta, "resourceVersion") is { Length: > 0 } version && version != Text(old, "resourceVersion"))
            throw FakeApiException.Conflict("the object has been modified; please apply your changes to the latest version and try again");
        if (Text(meta, "uid") is { } uid && uid != Text(old, "uid"))
            throw FakeApiException.Conflict("the uid is another's");
        if (subresource is "status")
        {
            var status = after["status"]?.DeepClone();
            after = (JsonObject)before.DeepClone();
            after["status"] = status;
        }
        else
        {
            foreach (var field in (ReadOnlySpan<string>)["uid", "creationTimestamp", "deletionTimestamp", "namespace", "name", "generation"])
                meta[field] = old[field]?.DeepClone();
            if (kind.HasStatus)
                after["status"] = before["status"]?.DeepClone();
        }
        foreach (var holder in (ReadOnlySpan<JsonObject>)[after, Meta(after)])
            foreach (var empty in holder.Where(field => field.Value is null).Select(field => field.Key).ToList())
                holder.Remove(empty);
        Meta(after)["resourceVersion"] = Text(old, "resourceVersion");
        // A write that changes nothing is none.
        if (JsonNode.DeepEquals(before, after))
            return (JsonObject)before.DeepClone();
        if (!JsonNode.DeepEquals(before["spec"], after["spec"]))
            Meta(after)["generation"] = (long)(old["generation"] ?? 1L) + 1;
        var (space, name) = (Text(old, "namespace"), Text(old, "name")!);
        if (manager is not null)
            _owners[Key(kind, space, name)].Updated(manager, before, after);
        if (Text(Meta(after), "deletionTimestamp") is not null && Meta(after)["finalizers"] is not JsonArray { Count: > 0 })
            return Remove_NeedsLock(kind, space, name, after);
        return Keep_NeedsLock(kind, "MODIFIED", after, before);
    }

    private JsonObject Keep_NeedsLock(FakeKind kind, string type, JsonObject entity, JsonObject? before)
    {
        Meta(entity)["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        _objects[Key(kind, Text(Meta(entity), "namespace"), Text(Meta(entity), "name")!)] = entity;
        Tell_NeedsLock(new FakeChange(_version, kind, type, (JsonObject)entity.DeepClone(), before));
        return (JsonObject)entity.DeepClone();
    }

    private JsonObject Remove_NeedsLock(FakeKind kind, string? space, string name, JsonObject before)
    {
        _objects.Remove(Key(kind, space, name));
        _owners.Remove(Key(kind, space, name));
        var last = (JsonObject)before.DeepClone();
        Meta(last)["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        Tell_NeedsLock(new FakeChange(_version, kind, "DELETED", last, before));
        return last;
    }

    private void Tell_NeedsLock(FakeChange change)
    {
        _history.Add(change);
        var told = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        told.SetResult();
    }

    private JsonObject Find_NeedsLock(FakeKind kind, string? space, string name) =>
        _objects.TryGetValue(Key(kind, space, name), out var found) ? found : throw FakeApiException.NotFound(kind, name);

    private IEnumerable<JsonObject> Of_NeedsLock(FakeKind kind, string? space)
    {
        var prefix = space is null ? $"{kind.Root}/{kind.Plural}/" : Key(kind, space, "");
        return _objects.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(pair => pair.Value);
    }

    private static void CheckKind(FakeKind kind, JsonObject entity)
    {
        if (Text(entity, "kind") != kind.Kind || Text(entity, "apiVersion") != kind.ApiVersion)
            throw FakeApiException.Bad($"no {kind.Kind} of {kind.ApiVersion} in the body");
    }

    private static JsonObject Meta(JsonObject entity) => entity["metadata"] as JsonObject ?? throw FakeApiException.Bad("no metadata");

    internal static string? Text(JsonObject holder, string field) => (string?)holder[field];

    private static string Key(FakeKind kind, string? space, string name) => $"{kind.Root}/{kind.Plural}/{space}/{name}";
}

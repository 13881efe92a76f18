using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using K8sRecorder.Policy.Yaml;

namespace K8sRecorder.Policy.Binding;

/// <summary>
/// Reads the fields of one mapping by name. A field of the wrong type is reported and read as absent; a field that
/// nobody has asked for when <see cref="Finish"/> is called is unknown. So a binder states what a document may hold
/// by reading it, once.
/// </summary>
internal sealed class MappingReader
{
    private readonly BindingContext _context;
    private readonly Dictionary<string, YamlEntry> _entries = [];
    private readonly HashSet<string> _known = [];

    public MappingReader(BindingContext context, YamlMapping mapping, string path)
    {
        _context = context;
        Path = path;
        foreach (var entry in mapping.Entries)
            if (!_entries.TryAdd(entry.Key, entry))
                context.Report(entry.Line, FieldPath.Field(path, entry.Key),
                    $"written twice, first on line {_entries[entry.Key].Line.ToString(CultureInfo.InvariantCulture)}; keep one");
    }

    public string Path { get; }

    public string? Text(string name) => Read<string>(name, ScalarReader.Text, "text");

    public bool? Flag(string name) => ReadValue<bool>(name, ScalarReader.Flag, "true or false");

    public int? Number(string name) => ReadValue<int>(name, ScalarReader.Number, "a whole number");

    public long? Size(string name) => ReadValue<long>(name, ScalarReader.Size, "a size such as 256Mi");

    public TimeSpan? Duration(string name) => ReadValue<TimeSpan>(name, ScalarReader.Duration, "a duration such as 30s or 1h30m");

    public T? Choice<T>(string name) where T : struct, Enum => ReadValue<T>(name, ScalarReader.Choice<T>, "one of " + Names<T>());

    public T? Scalar<T>(string name, ScalarParser<T> parser, string expected) where T : struct => ReadValue(name, parser, expected);

    public T? Object<T>(string name, Func<MappingReader, T> bind) where T : class =>
        Take(name) is { } entry ? BindObject(entry.Value, entry.Line, FieldPath.Field(Path, name), bind) : null;

    public IReadOnlyList<T> Objects<T>(string name, Func<MappingReader, T> bind) where T : class =>
        Items(name, (item, path) => BindObject(item, item.Line, path, bind)) ?? [];

    public IReadOnlyList<string>? Texts(string name) =>
        Items(name, (item, path) => ReadScalar<string>(item, item.Line, path, ScalarReader.Text, "text", out var text) ? text : "");

    public IReadOnlyList<int> Numbers(string name) =>
        Items(name, (item, path) => ReadScalar<int>(item, item.Line, path, ScalarReader.Number, "a whole number", out var number) ? number : 0) ?? [];

    public IReadOnlyDictionary<string, string> TextMap(string name)
    {
        var map = new Dictionary<string, string>();
        if (Take(name) is not { } entry)
            return map;
        var path = FieldPath.Field(Path, name);
        _context.Mark(path, entry.Line, null);
        if (entry.Value is not YamlMapping mapping)
        {
            _context.Refuse(entry.Line, path, "must be fields with text, such as app: planner");
            return map;
        }
        foreach (var item in mapping.Entries)
        {
            var key = FieldPath.Key(path, item.Key);
            if (ReadScalar<string>(item.Value, item.Line, key, ScalarReader.Text, "text", out var value) && !map.TryAdd(item.Key, value))
                _context.Report(item.Line, key, "written twice; keep one");
        }
        return map;
    }

    /// <summary>Fields that the Kubernetes API server writes and that mean nothing to us.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            _known.Add(name);
    }

    /// <summary>Reports every field that has not been asked for.</summary>
    public void Finish()
    {
        foreach (var (name, entry) in _entries)
            if (!_known.Contains(name))
                _context.Report(entry.Line, FieldPath.Field(Path, name), Likeness.Unknown(name, _known));
    }

    /// <summary>What is no mapping is read as an empty one: whoever comes later sees the same indexes as the file.</summary>
    private T BindObject<T>(YamlNode node, int line, string path, Func<MappingReader, T> bind) where T : class
    {
        _context.Mark(path, line, null);
        if (node is not YamlMapping)
            _context.Refuse(line, path, "must hold fields; write them below it, or remove it");
        var reader = new MappingReader(_context, node as YamlMapping ?? new YamlMapping(line, []), path);
        var bound = bind(reader);
        reader.Finish();
        return bound;
    }

    private List<T>? Items<T>(string name, Func<YamlNode, string, T> bind)
    {
        if (Take(name) is not { } entry)
            return null;
        var path = FieldPath.Field(Path, name);
        _context.Mark(path, entry.Line, null);
        if (entry.Value is not YamlSequence sequence)
        {
            _context.Refuse(entry.Line, path, "must be a list, such as [ first, second ]");
            return null;
        }
        var items = new List<T>(sequence.Items.Count);
        for (var i = 0; i < sequence.Items.Count; i++)
            items.Add(bind(sequence.Items[i], FieldPath.Item(path, i)));
        return items;
    }

    private T? Read<T>(string name, ScalarParser<T> parser, string expected) where T : class =>
        Take(name) is { } entry && ReadScalar(entry.Value, entry.Line, FieldPath.Field(Path, name), parser, expected, out var value) ? value : null;

    private T? ReadValue<T>(string name, ScalarParser<T> parser, string expected) where T : struct =>
        Take(name) is { } entry && ReadScalar(entry.Value, entry.Line, FieldPath.Field(Path, name), parser, expected, out var value) ? value : null;

    private bool ReadScalar<T>(YamlNode node, int line, string path, ScalarParser<T> parser, string expected, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        var scalar = node as YamlScalar;
        _context.Mark(path, line, scalar?.Value);
        if (scalar is null)
            _context.Refuse(line, path, $"must be {expected}, not a {(node is YamlMapping ? "mapping" : "list")}");
        else if (scalar.IsNull)
            _context.Refuse(line, path, $"has no value; write {expected}, or remove the field");
        else if (parser(scalar, out value) is { } reason)
            _context.Refuse(line, path, reason.Length > 0 ? reason : $"must be {expected}, not {Shown.Quoted(scalar.Value)}");
        else
            return value is not null;
        return false;
    }

    private YamlEntry? Take(string name)
    {
        _known.Add(name);
        return _entries.TryGetValue(name, out var entry) ? entry : null;
    }

    private static string Names<T>() where T : struct, Enum => string.Join(", ", Enum.GetNames<T>());
}

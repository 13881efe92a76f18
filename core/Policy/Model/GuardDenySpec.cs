namespace K8sRecorder.Policy.Model;

/// <summary>What a rule refuses: a request that meets all the conditions written.</summary>
public sealed record GuardDenySpec
{
    /// <summary>HTTP methods.</summary>
    public IReadOnlyList<string> Method { get; init; } = [];

    /// <summary>Globs over the path.</summary>
    public IReadOnlyList<string> Path { get; init; } = [];

    /// <summary>Globs over names of MCP tools and model tool calls.</summary>
    public IReadOnlyList<string> Tool { get; init; } = [];

    /// <summary>Kinds of SQL statement.</summary>
    public IReadOnlyList<string> Statement { get; init; } = [];

    /// <summary>Only statements without WHERE.</summary>
    public bool? WithoutWhere { get; init; }

    /// <summary>Globs over table names.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>More rows than this in a result.</summary>
    public int? MaxRows { get; init; }

    /// <summary>A regular expression over the statement's text.</summary>
    public string? Pattern { get; init; }
}

namespace K8sRecorder.Plugin.Output;

/// <summary>Where output goes and what the other end can do. The program has one, tests make their own.</summary>
internal sealed class Terminal
{
    public required Stream Out { get; init; }

    public required Stream Error { get; init; }

    /// <summary>Columns of the terminal that standard output is; null where it is a file or a pipe.</summary>
    public int? Width { get; init; }

    public bool ColourOut { get; init; }

    public bool ColourError { get; init; }

    /// <summary>Whether somebody watches standard error, so that progress is worth showing.</summary>
    public bool Progress { get; init; }
}

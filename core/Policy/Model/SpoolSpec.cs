namespace K8sRecorder.Policy.Model;

/// <summary>Size and clocks of the spool.</summary>
public sealed record SpoolSpec
{
    /// <summary>Bytes on disk.</summary>
    public long? SizeLimit { get; init; }

    /// <summary>The oldest record of a chunk waits no longer than this.</summary>
    public TimeSpan? FlushInterval { get; init; }

    /// <summary>A head is signed this often while there is news.</summary>
    public TimeSpan? HeadInterval { get; init; }
}

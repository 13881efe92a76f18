namespace K8sRecorder.Policy.Model;

/// <summary>How much is recorded.</summary>
public sealed record RecordSpec
{
    /// <summary>Of bodies.</summary>
    public BodiesSpec? Bodies { get; init; }

    /// <summary>Of the rows of a result.</summary>
    public RowsLimit? Rows { get; init; }
}

namespace K8sRecorder.Policy.Model;

/// <summary>How many rows of a result are recorded.</summary>
public enum RowsMode
{
    /// <summary>Only their number.</summary>
    Count,

    /// <summary>The first ones and the number of all.</summary>
    First,

    /// <summary>All of them.</summary>
    All,
}

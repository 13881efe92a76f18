namespace K8sRecorder.Policy.Model;

/// <summary>How a label is compared.</summary>
public enum LabelOperator
{
    /// <summary>It has one of the values.</summary>
    In,

    /// <summary>It has none of the values.</summary>
    NotIn,

    /// <summary>It is there.</summary>
    Exists,

    /// <summary>It is not there.</summary>
    DoesNotExist,
}

namespace K8sRecorder.Policy.Model;

/// <summary>What happens to traffic that cannot be read.</summary>
public enum UninterceptableMode
{
    /// <summary>Who spoke to whom, when and how much is recorded.</summary>
    RecordMetadata,

    /// <summary>Refused.</summary>
    Deny,
}

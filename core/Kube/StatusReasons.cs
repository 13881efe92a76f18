namespace K8sRecorder.Kube;

/// <summary>Words of <see cref="Models.V1Status.Reason"/>: the API server's own, and those for what came of no API server.</summary>
public static class StatusReasons
{
    public const string AlreadyExists = "AlreadyExists";
    public const string Expired = "Expired";
    public const string Gone = "Gone";
    public const string Timeout = "Timeout";

    /// <summary>Ours: no connection, or it broke.</summary>
    public const string Unreachable = "Unreachable";

    /// <summary>Ours: the answer is not what the API says, or larger than it may be.</summary>
    public const string Unreadable = "Unreadable";

    /// <summary>Ours: no credential could be had.</summary>
    public const string NoCredential = "NoCredential";
}

namespace K8sRecorder.Kube.Models;

/// <summary>The API server's own answer where there is no object: what went wrong, and with which field.</summary>
public sealed class V1Status : IKubernetesObject
{
    public string? ApiVersion { get; set; } = "v1";

    public string? Kind { get; set; } = "Status";

    public V1ListMeta? Metadata { get; set; }

    /// <summary><c>Success</c> or <c>Failure</c>.</summary>
    public string? Status { get; set; }

    public string? Message { get; set; }

    /// <summary>One word for programs, such as <c>NotFound</c>, <c>AlreadyExists</c>, <c>Conflict</c>, <c>Invalid</c>, <c>Expired</c>.</summary>
    public string? Reason { get; set; }

    /// <summary>The HTTP status that goes with it.</summary>
    public int? Code { get; set; }

    public V1StatusDetails? Details { get; set; }
}

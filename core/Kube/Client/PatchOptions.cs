namespace K8sRecorder.Kube;

/// <summary>How a patch is applied.</summary>
public sealed record PatchOptions
{
    /// <summary>Who changes it; server-side apply needs one, and it should never change between versions of a program.</summary>
    public string? FieldManager { get; init; }

    /// <summary>Server-side apply: take fields that others own. Without it that is a conflict.</summary>
    public bool Force { get; init; }

    /// <summary><c>status</c>, <c>scale</c>, …; null for the object itself.</summary>
    public string? Subresource { get; init; }

    /// <summary>Check everything, keep nothing.</summary>
    public bool DryRun { get; init; }
}

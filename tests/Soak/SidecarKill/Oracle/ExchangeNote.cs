namespace K8sRecorder.Soak.SidecarKill.Oracle;

/// <summary>All that is known of an exchange without the recorder: what was planned, and what arrived at either end.</summary>
internal sealed class ExchangeNote(Plan plan, int life, long startedAt)
{
    public Plan Plan => plan;

    public string Id => plan.Id;

    /// <summary>Which life of the sidecar it met.</summary>
    public int Life => life;

    /// <summary>Just before the client sent its first byte.</summary>
    public long StartedAt => startedAt;

    /// <summary>When the client had nothing more to do with it.</summary>
    public long EndedAt { get; set; }

    /// <summary>At the upstream.</summary>
    public Arrival Request { get; } = new();

    /// <summary>At the client.</summary>
    public Arrival Response { get; } = new();

    /// <summary>The status that the client received; 0: none.</summary>
    public int Status { get; set; }

    /// <summary>The body of an answer that is not the upstream's.</summary>
    public MemoryStream? OwnAnswer { get; set; }
}

namespace K8sRecorder.Policy.Model;

/// <summary>A token in a header that names the user.</summary>
public sealed record JwtIdentitySpec
{
    /// <summary>The header.</summary>
    public string? Header { get; init; }

    /// <summary>Who must have signed it.</summary>
    public string? Issuer { get; init; }

    /// <summary>For whom it must be made; one is enough.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>The claim that lists groups.</summary>
    public string? GroupsClaim { get; init; }

    /// <summary>Whether an exchange without it is refused.</summary>
    public bool? Required { get; init; }
}

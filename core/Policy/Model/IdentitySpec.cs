namespace K8sRecorder.Policy.Model;

/// <summary>Who is behind an exchange.</summary>
public sealed record IdentitySpec
{
    /// <summary>A token that the agent passes on.</summary>
    public JwtIdentitySpec? Jwt { get; init; }
}

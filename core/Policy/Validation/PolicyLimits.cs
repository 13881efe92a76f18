namespace K8sRecorder.Policy.Validation;

/// <summary>How many of each a policy may have: as many as people need, and few enough for the API server to check its rules in a moment.</summary>
internal static class PolicyLimits
{
    /// <summary>That apply to one pod.</summary>
    public const int Policies = 32;

    public const int Targets = 256;
    public const int Hosts = 64;
    public const int Cidrs = 64;
    public const int Ports = 64;
    public const int Rules = 64;
    public const int Conditions = 64;
    public const int RunKeys = 16;
    public const int Audiences = 16;
    public const int MaskingRules = 128;
    public const int Masked = 256;
    public const int MatchLabels = 64;
    public const int MatchExpressions = 32;
    public const int MatchValues = 64;
}

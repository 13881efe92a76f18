namespace K8sRecorder.Policy.Model;

/// <summary>What the recorder logs in with, so that the agent never sees it.</summary>
public sealed record CredentialsSpec
{
    /// <summary>The Secret it is in.</summary>
    public string? SecretName { get; init; }

    /// <summary>Its form.</summary>
    public CredentialKind? Kind { get; init; }

    /// <summary>The header, for Header.</summary>
    public string? Header { get; init; }

    /// <summary>The header's value with <c>{token}</c> in it, for Header.</summary>
    public string? Format { get; init; }

    /// <summary>The Secret's key of the user name, for UserPassword.</summary>
    public string? UsernameKey { get; init; }

    /// <summary>The Secret's key of the password, for UserPassword.</summary>
    public string? PasswordKey { get; init; }
}

using Azure.Core;

namespace K8sRecorder.Recording.Stores;

/// <summary>How an Azure store lets us in: a connection string (a key or a SAS in it), or an Azure identity. Given by the program, never read here.</summary>
public sealed class AzureAccess
{
    private AzureAccess(string? connectionString, TokenCredential? credential) => (ConnectionString, Credential) = (connectionString, credential);

    internal string? ConnectionString { get; }

    internal TokenCredential? Credential { get; }

    /// <summary>By connection string; it must be of the account that the store's URL names.</summary>
    public static AzureAccess ByConnectionString(string connectionString) => new(connectionString, null);

    /// <summary>By an Azure identity.</summary>
    public static AzureAccess ByIdentity(TokenCredential credential) => new(null, credential);

    /// <summary>Never the secret.</summary>
    public override string ToString() => ConnectionString is null ? "Azure identity" : "connection string";
}

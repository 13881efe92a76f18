using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Capture;

/// <summary>A fact about PostgreSQL in a network of its own.</summary>
public sealed class PostgreSqlFactAttribute : FactAttribute
{
    public PostgreSqlFactAttribute() =>
        Skip = NetworkPair.WhyAbsent ?? (PostgreSqlServer.Programs is null ? "no server of PostgreSQL here (Debian: postgresql)" : null);
}

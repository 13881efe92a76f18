using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace K8sRecorder.Soak.SidecarKill.Grounds;

/// <summary>What the load goes over: how the sidecar is put between its clients and its targets.</summary>
internal abstract class Ground : IDisposable
{
    /// <summary>The roads to the target that speaks HTTP.</summary>
    public abstract IReadOnlyList<Road> Http { get; }

    /// <summary>The roads to the target of raw connections.</summary>
    public abstract IReadOnlyList<Road> Raw { get; }

    /// <summary>Beside its keys, what the pod's authority is for the sidecar: gone where the pod has moved.</summary>
    public virtual string? AuthorityFolder => null;

    /// <summary>What a policy says of capture and of targets, indented as below <c>spec</c>.</summary>
    public abstract string Policy { get; }

    /// <summary>How long a client waits before it tries again to connect to a sidecar that is not there.</summary>
    public abstract TimeSpan BetweenTries { get; }

    /// <summary>The sidecar, about to be started with these and its own arguments.</summary>
    public abstract ProcessStartInfo Sidecar(string executable, IReadOnlyList<string> arguments);

    /// <summary>A socket of a client's, not connected yet.</summary>
    public abstract Socket NewSocket(Road road);

    /// <summary>Whom a client believes now, on roads with TLS.</summary>
    public virtual X509Certificate2 Trusted() => throw new NotSupportedException("no road here has TLS");

    public abstract void Dispose();
}

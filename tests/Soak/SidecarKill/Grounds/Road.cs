using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace K8sRecorder.Soak.SidecarKill.Grounds;

/// <summary>A way to a target.</summary>
/// <param name="To">Where a client connects to.</param>
/// <param name="Listener">Where the target listens.</param>
/// <param name="Name">The name that the client asks for; null: without TLS.</param>
/// <param name="Certificate">The target's, for that name.</param>
internal sealed record Road(IPEndPoint To, Socket Listener, string? Name = null, X509Certificate2? Certificate = null);

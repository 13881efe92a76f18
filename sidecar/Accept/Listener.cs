using System.Net;
using System.Net.Sockets;

namespace K8sRecorder.Sidecar.Accept;

/// <summary>A loopback address, whose target it is, and what becomes of a socket that was accepted there.</summary>
internal sealed record Listener(IPEndPoint Address, string Target, Func<Socket, IConnection> Open);

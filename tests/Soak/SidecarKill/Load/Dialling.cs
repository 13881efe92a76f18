using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using K8sRecorder.Soak.SidecarKill.Grounds;
using K8sRecorder.Soak.SidecarKill.Oracle;

namespace K8sRecorder.Soak.SidecarKill.Load;

/// <summary>Connects by any of some roads on which the sidecar may not be there yet, or be killed meanwhile.</summary>
internal sealed class Dialling(Ground ground, IReadOnlyList<Road> roads, Notebook notes, Random random, LoadSignal signal)
{
    /// <summary>A connection; null where the load stops before there is one.</summary>
    public async Task<Line?> DialAsync()
    {
        while (!signal.IsStopping)
        {
            var road = roads[random.Next(roads.Count)];
            var socket = ground.NewSocket(road);
            try
            {
                socket.NoDelay = true;
                await socket.ConnectAsync(road.To);
                return road.Name is null ? new Line(socket) : new Line(socket, await ShakeHandsAsync(socket, road.Name));
            }
            catch (Exception gone) when (gone is SocketException or IOException)
            {
                socket.Dispose();
                await Task.Delay(ground.BetweenTries);
            }
            catch (AuthenticationException untrusted)
            {
                socket.Dispose();
                notes.Wrong($"client: a handshake as {road.Name} failed: {untrusted.Message}");
            }
        }
        return null;
    }

    private async Task<SslStream> ShakeHandsAsync(Socket socket, string name)
    {
        var tls = new SslStream(new NetworkStream(socket));
        // what is in the file is of this life: a sidecar writes it before it listens
        using var trusted = ground.Trusted();
        var believed = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        believed.CustomTrustStore.Add(trusted);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = name, CertificateChainPolicy = believed });
        notes.CountHandshake();
        return tls;
    }
}

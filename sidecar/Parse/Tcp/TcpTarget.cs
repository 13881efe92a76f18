using System.Net.Sockets;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Sidecar.Accept;

namespace K8sRecorder.Sidecar.Parse.Tcp;

/// <summary>A target of raw connections, and how it is dialled.</summary>
internal sealed class TcpTarget(EffectiveTarget target)
{
    private readonly EffectiveUpstream _upstream = target.Upstream ?? throw new InvalidOperationException("the target has no upstream");

    public string Name => target.Name;

    /// <summary>Connects, and where the policy says so speaks TLS; null if the target could not be reached or believed.</summary>
    public async ValueTask<(Socket Socket, Stream Stream)?> DialAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        if (await Dialling.DialAsync(_upstream, [], time, cancellationToken) is not { } dialled)
            return null;
        return (dialled.Socket, dialled.Tls is { } tls ? tls : new NetworkStream(dialled.Socket, ownsSocket: true));
    }
}

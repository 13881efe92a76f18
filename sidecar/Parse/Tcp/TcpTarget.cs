using System.Net.Sockets;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Record;

namespace K8sRecorder.Sidecar.Parse.Tcp;

/// <summary>A target of raw connections, and how it is dialled: null if it could not be reached or believed.</summary>
internal sealed class TcpTarget(ChannelFacts facts, Func<CancellationToken, ValueTask<(Socket Socket, Stream Stream)?>> dial)
{
    public string Name => facts.Target;

    public ChannelFacts Facts => facts;

    /// <summary>The upstream of a policy's target.</summary>
    public static TcpTarget Of(EffectiveTarget target, TimeProvider time)
    {
        var upstream = target.Upstream ?? throw new InvalidOperationException("the target has no upstream");
        return new TcpTarget(new ChannelFacts(target.Name), async cancellationToken =>
            await Dialling.DialAsync(upstream, [], time, cancellationToken) is { } dialled
                ? (dialled.Socket, dialled.Tls is { } tls ? tls : new NetworkStream(dialled.Socket, ownsSocket: true))
                : null);
    }

    public ValueTask<(Socket Socket, Stream Stream)?> DialAsync(CancellationToken cancellationToken) => dial(cancellationToken);
}

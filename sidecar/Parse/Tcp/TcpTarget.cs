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

    /// <summary>What becomes of it where TLS begins inside.</summary>
    public TlsInside TlsInside { get; init; }

    /// <summary>The upstream of a policy's target.</summary>
    public static TcpTarget Of(EffectiveTarget target, Dialler dialler)
    {
        var upstream = target.Upstream ?? throw new InvalidOperationException("the target has no upstream");
        return new TcpTarget(new ChannelFacts(target.Name), async cancellationToken =>
            await dialler.DialAsync(upstream, [], cancellationToken) is { } dialled
                ? (dialled.Socket, dialled.Tls is { } tls ? tls : new NetworkStream(dialled.Socket, ownsSocket: true))
                : null);
    }

    /// <summary>The same, of which something else is known.</summary>
    public TcpTarget With(ChannelFacts known) => new(known, dial) { TlsInside = TlsInside };

    /// <summary>The same, dialled already.</summary>
    public TcpTarget With(Func<(Socket Socket, Stream Stream)?> dialled) => new(facts, _ => ValueTask.FromResult(dialled())) { TlsInside = TlsInside };

    public ValueTask<(Socket Socket, Stream Stream)?> DialAsync(CancellationToken cancellationToken) => dial(cancellationToken);
}

using K8sRecorder.Sidecar.Accept;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>A connection of HTTP/1.1 to a target that serves one request, and what that request is upgraded to.</summary>
internal sealed class OwnConnection(Wire wire) : IDisposable
{
    public Wire Wire => wire;

    public HttpMessageInvoker Client { get; } = new(UpstreamClient.HandlerOver((_, _) => ValueTask.FromResult(wire.OpenStream()), 1));

    public void Dispose()
    {
        Client.Dispose();
        wire.Dispose();
    }
}

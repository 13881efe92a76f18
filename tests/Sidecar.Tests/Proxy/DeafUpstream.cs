using System.Net;
using System.Net.Sockets;

namespace K8sRecorder.Sidecar.Tests.Proxy;

/// <summary>A target whose queue is full: whoever connects hears nothing.</summary>
internal sealed class DeafUpstream : IDisposable
{
    private readonly Socket _listener;
    private readonly RawConnection _queued;

    private DeafUpstream(Socket listener, RawConnection queued) => (_listener, _queued) = (listener, queued);

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public static async Task<DeafUpstream> StartAsync()
    {
        var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        return new DeafUpstream(listener, await RawConnection.ToAsync(((IPEndPoint)listener.LocalEndPoint!).Port));
    }

    public void Dispose()
    {
        _queued.Dispose();
        _listener.Dispose();
    }
}

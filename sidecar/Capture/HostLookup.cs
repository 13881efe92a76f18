using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace K8sRecorder.Sidecar.Capture;

/// <summary>
/// Looks names up as every program of the pod does: hosts file, search list, resolvers. The C library blocks a thread meanwhile, and a resolver
/// that is away blocks it for long: a few at a time, on threads of their own, so that nobody else waits for them.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "the semaphore holds nothing, and who looks late still gives its place back")]
internal sealed class HostLookup
{
    private const int MostAtOnce = 16;
    private const int MostAddresses = 8;

    private readonly SemaphoreSlim _room = new(MostAtOnce, MostAtOnce);

    /// <summary>Its addresses in the order to try them in (RFC 6724); empty where there are none.</summary>
    /// <exception cref="OperationCanceledException">The token fired; what was begun ends by itself.</exception>
    public async ValueTask<IReadOnlyList<IPAddress>> FindAsync(string host, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        var looking = Task.Factory.StartNew(() => Find(host), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return await looking.WaitAsync(cancellationToken);
    }

    private IPAddress[] Find(string host)
    {
        try
        {
            return [.. System.Net.Dns.GetHostAddresses(host).Select(found => found.IsIPv4MappedToIPv6 ? found.MapToIPv4() : found).Distinct().Take(MostAddresses)];
        }
        catch (Exception unknown) when (unknown is SocketException or ArgumentException)
        {
            return [];
        }
        finally
        {
            _room.Release();
        }
    }
}

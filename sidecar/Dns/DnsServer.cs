using System.Net;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Dns.Messages;
using K8sRecorder.Sidecar.Dns.Resolvers;
using K8sRecorder.Sidecar.Record;

namespace K8sRecorder.Sidecar.Dns;

/// <summary>
/// The listener that the pod's DNS is redirected to, by UDP and TCP on the same addresses. What it does with a question is in
/// <see cref="DnsAnswering"/>.
/// </summary>
internal sealed class DnsServer : IAsyncDisposable
{
    private const int MostUnderWay = 10_240;
    private const int MostConnections = 512;

    private readonly Forwarder _forwarder;
    private readonly QuestionsUnderWay _underWay = new(MostUnderWay);
    private readonly List<DnsUdpListener> _udp;
    private readonly CoarseClock _clock;
    private readonly Listeners _tcp;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _cut = new();
    private Task _reading = Task.CompletedTask;

    /// <param name="listen">Loopback addresses; IPv4 and IPv6 apart.</param>
    /// <param name="resolvers">Who is asked.</param>
    /// <param name="isAllowed">Which names may be asked for; called by any thread, must be quick.</param>
    /// <param name="book">Learns which addresses were given for which names.</param>
    /// <param name="recorder">Records questions and answers.</param>
    /// <param name="metrics">Counts them.</param>
    /// <param name="time">For all time limits.</param>
    /// <param name="loggers">For what cannot be read or answered.</param>
    public DnsServer(
        IReadOnlyList<IPEndPoint> listen, ResolverList resolvers, Func<DnsName, bool> isAllowed, AddressBook book, DnsRecorder recorder, DnsMetrics metrics,
        TimeProvider time, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<DnsServer>();
        _forwarder = new Forwarder(resolvers, time);
        var answering = new DnsAnswering(_forwarder, isAllowed, book, recorder, metrics);
        metrics.Observe(() => _underWay.Count, book);
        _udp = [.. listen.Select(address => new DnsUdpListener(address, answering, _underWay, metrics, time, logger))];
        _clock = new CoarseClock(time);
        var logBudget = new LogBudget(time);
        _tcp = new Listeners(
            [.. listen.Select(address => new Listener(address, "dns", socket => new DnsTcpConnection(socket, answering, _clock, logBudget, logger)))],
            MostConnections, _clock, time, loggers.CreateLogger<Listeners>());
    }

    /// <summary>Binds all addresses; throws where one cannot be had.</summary>
    public void Start()
    {
        foreach (var listener in _udp)
            listener.Bind();
        _tcp.Start();
        _reading = Task.WhenAll(_udp.Select(listener => Task.Run(() => listener.RunAsync(_stopping.Token, _cut.Token))));
    }

    /// <summary>Takes nothing new, lets what is under way be answered, and cuts it when the token fires.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _reading;
        await using (cancellationToken.Register(() => _ = _cut.CancelAsync()))
            await Task.WhenAll(_tcp.StopAsync(cancellationToken), _underWay.DrainAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _cut.CancelAsync();
        await _reading;
        await _underWay.DrainAsync();
        await _tcp.DisposeAsync();
        foreach (var listener in _udp)
            listener.Dispose();
        _forwarder.Dispose();
        _stopping.Dispose();
        _cut.Dispose();
    }
}

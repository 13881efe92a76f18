using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using K8sRecorder.Masking;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Sidecar.Admin;
using K8sRecorder.Sidecar.Dns;
using K8sRecorder.Sidecar.Dns.Messages;
using K8sRecorder.Sidecar.Dns.Resolvers;
using K8sRecorder.Sidecar.Record;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Dns;

/// <summary>The DNS server in front of a fake resolver, recording into a sidecar of its own.</summary>
internal sealed class DnsRig : IAsyncDisposable
{
    private readonly SidecarMetrics _metrics = new();

    private DnsRig(
        TestSidecar sidecar, IReadOnlyList<IPEndPoint> resolvers, Func<DnsName, bool>? isAllowed, bool isStrict, TimeSpan? timeout,
        IReadOnlyList<IPEndPoint>? listen, Func<Func<DnsServer>, DnsServer>? where, TimeProvider? time)
    {
        if (listen is null)
        {
            var port = Loopback.FreePort();
            listen = [new IPEndPoint(IPAddress.Loopback, port), new IPEndPoint(IPAddress.IPv6Loopback, port)];
        }
        Sidecar = sidecar;
        Address = listen[0];
        Metrics = new DnsMetrics(_metrics.Meter);
        Book = new AddressBook(TimeProvider.System);
        var settings = new RecorderSettings(
            MaskingEngine.Create(new MaskingOptions { TagKey = new byte[32], TagKeyId = "k" }), new RunLabels([]), 1 << 20, isStrict, TimeProvider.System);
        Server = (where ?? (make => make()))(() =>
        {
            var server = new DnsServer(
                listen, new ResolverList(new ResolverSettings { Servers = resolvers, Timeout = timeout ?? TimeSpan.FromSeconds(20), Attempts = 1 }),
                isAllowed ?? (_ => true), Book, new DnsRecorder(sidecar.Run.Sessions, settings), Metrics, time ?? TimeProvider.System, sidecar.Logs);
            server.Start();
            return server;
        });
    }

    public TestSidecar Sidecar { get; }

    public DnsServer Server { get; }

    public DnsMetrics Metrics { get; }

    public AddressBook Book { get; }

    public IPEndPoint Address { get; }

    /// <param name="resolvers">Who is asked.</param>
    /// <param name="isAllowed">For what; everything.</param>
    /// <param name="isStrict">Whether questions are recorded before they leave.</param>
    /// <param name="timeout">How long a resolver is waited for.</param>
    /// <param name="listen">The addresses; both loopbacks with a port of their own.</param>
    /// <param name="where">On which thread the server is made, and starts: its sockets are of that thread's network.</param>
    /// <param name="time">The server's clock.</param>
    public static async Task<DnsRig> StartAsync(
        IReadOnlyList<IPEndPoint> resolvers, Func<DnsName, bool>? isAllowed = null, bool isStrict = true, TimeSpan? timeout = null,
        IReadOnlyList<IPEndPoint>? listen = null, Func<Func<DnsServer>, DnsServer>? where = null, TimeProvider? time = null) =>
        new(await TestSidecar.StartAsync(Loopback.FreePort()), resolvers, isAllowed, isStrict, timeout, listen, where, time);

    /// <summary>Asks by UDP from a socket of its own.</summary>
    public async Task<byte[]> AskAsync(byte[] question, IPAddress? by = null)
    {
        var address = new IPEndPoint(by ?? IPAddress.Loopback, Address.Port);
        using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(address);
        await socket.SendAsync(question, SocketFlags.None);
        return await ReceiveAsync(socket);
    }

    public static async Task<byte[]> ReceiveAsync(Socket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[65536];
        return buffer[..await socket.ReceiveAsync(buffer, SocketFlags.None, patience.Token)];
    }

    /// <summary>Asks all of them on one connection before it reads any answer; they come in any order.</summary>
    public async Task<List<byte[]>> AskByTcpAsync(params byte[][] questions)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Address);
        var stream = client.GetStream();
        foreach (var question in questions)
            await stream.WriteAsync((byte[])[(byte)(question.Length >> 8), (byte)question.Length, .. question]);
        var answers = new List<byte[]>();
        var head = new byte[2];
        foreach (var _ in questions)
        {
            await stream.ReadExactlyAsync(head);
            var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
            await stream.ReadExactlyAsync(answer);
            answers.Add(answer);
        }
        return answers;
    }

    /// <summary>Stops everything; what is recorded of DNS.</summary>
    public async Task<List<SessionRecord>> StopAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await Server.StopAsync(patience.Token);
        await Sidecar.StopAsync();
        await Recorded.AssertSoundAsync(Sidecar);
        return [.. (await Recorded.RecordsAsync(Sidecar)).Where(record => record.Kind.StartsWith("dns.", StringComparison.Ordinal))];
    }

    public static async Task<string> TextAsync(SessionRecord record, string field) =>
        record.Content(field) is { } content ? (await record.Session.ReadAsync(content, CancellationToken.None)).ToString() : "";

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Sidecar.DisposeAsync();
        _metrics.Dispose();
    }
}

using System.Net;
using System.Net.Sockets;
using K8sRecorder.Sidecar.Trust;

namespace K8sRecorder.Sidecar.Tests.Trust;

/// <summary>What TLS reads from and writes to.</summary>
public sealed class TlsTransportTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(16_000)]
    [InlineData(65_536)]
    [InlineData(200_000)]
    public async Task Bytes_that_came_are_read_as_they_came_whatever_the_size_of_a_read(int size)
    {
        var (here, there) = await PairAsync();
        using var transport = new TlsTransport(here);
        transport.Complete();
        var sent = Bytes(size == 1 ? 20_000 : 1 << 20);
        var sending = Task.Run(async () =>
        {
            await there.WriteAsync(sent);
            there.Dispose();
        });
        var got = new MemoryStream();
        var buffer = new byte[size];
        while (await transport.ReadAsync(buffer) is > 0 and var read)
            got.Write(buffer, 0, read);
        await sending;
        Assert.Equal(sent, got.ToArray());
    }

    [Fact]
    public async Task Read_that_waits_for_the_first_byte_takes_nothing_of_what_follows_it_away()
    {
        var (here, there) = await PairAsync();
        using var transport = new TlsTransport(here);
        using var other = there;
        transport.Complete();
        Assert.Equal(0, await ReadNothingAsync(transport, other));
        await other.WriteAsync(new byte[] { 2, 3 });
        var buffer = new byte[8];
        Assert.Equal(1, await transport.ReadAsync(buffer.AsMemory(0, 1)));
        Assert.Equal(2, await transport.ReadAtLeastAsync(buffer.AsMemory(1), 2));
        Assert.Equal([1, 2, 3], buffer[..3]);
    }

    [Fact]
    public async Task Records_of_one_write_go_out_together_and_in_order()
    {
        var inner = new WriteLog();
        using var transport = new TlsTransport(inner);
        transport.Complete();
        await transport.WriteAsync(Bytes(3));
        transport.Hold();
        await transport.WriteAsync(Bytes(16_406));
        await transport.WriteAsync(Bytes(16_407));
        Assert.Single(inner.Lengths);
        await transport.ReleaseAsync();
        await transport.ReleaseAsync();
        await transport.WriteAsync(Bytes(4));
        Assert.Equal([3, 16_406 + 16_407, 4], inner.Lengths);
        Assert.Equal([.. Bytes(3), .. Bytes(16_406), .. Bytes(16_407), .. Bytes(4)], inner.ToArray());
    }

    [Fact]
    public async Task What_does_not_fit_is_sent_before_and_not_after()
    {
        var inner = new WriteLog();
        using var transport = new TlsTransport(inner);
        transport.Complete();
        transport.Hold();
        await transport.WriteAsync(Bytes(40_000));
        await transport.WriteAsync(Bytes(70_000));
        await transport.WriteAsync(Bytes(5));
        await transport.ReleaseAsync();
        Assert.Equal([40_000, 70_000, 5], inner.Lengths);
        Assert.Equal([.. Bytes(40_000), .. Bytes(70_000), .. Bytes(5)], inner.ToArray());
    }

    [Fact]
    public async Task Handshake_that_never_ends_finds_the_end()
    {
        using var transport = new TlsTransport(new MemoryStream(new byte[1 << 20]));
        var buffer = new byte[100_000];
        var read = 0;
        while (await transport.ReadAsync(buffer) is > 0 and var more)
            read += more;
        Assert.Equal(256 << 10, read);
        Assert.True(transport.IsExceeded);
    }

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)((i * 7) + (i >> 8) + length))];

    private static async Task<int> ReadNothingAsync(TlsTransport transport, NetworkStream other)
    {
        var waiting = transport.ReadAsync(Memory<byte>.Empty);
        await other.WriteAsync(new byte[] { 1 });
        return await waiting;
    }

    private static async Task<(NetworkStream Here, NetworkStream There)> PairAsync()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        listener.Listen();
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        return (new NetworkStream(await listener.AcceptAsync(), ownsSocket: true), new NetworkStream(client, ownsSocket: true));
    }

    private sealed class WriteLog : MemoryStream
    {
        public List<int> Lengths { get; } = [];

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Lengths.Add(buffer.Length);
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }
    }
}

using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using K8sRecorder.Sidecar.Identify;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Sidecar.Tests.Identify;

public sealed class ClientHelloTests
{
    [Theory]
    [InlineData("api.openai.com", "h2,http/1.1")]
    [InlineData("Upper.Example", "")]
    [InlineData("10.1.2.3", "h2")]
    public async Task Real_hello_is_read_from_any_number_of_reads(string name, string protocols)
    {
        var bytes = await RealHelloAsync(name, protocols);

        for (var length = 1; length < bytes.Length; length++)
            Assert.Equal(ParseStatus.NeedMore, ClientHello.TryRead(bytes.AsSpan(0, length), out _));
        Assert.Equal(ParseStatus.Complete, ClientHello.TryRead(bytes, out var hello));
        // an address is no name (RFC 6066 3), and real clients send none
        Assert.Equal(char.IsAsciiDigit(name[0]) ? null : name.ToLowerInvariant(), hello!.ServerName);
        Assert.Equal(protocols, string.Join(',', hello.Protocols.Select(Encoding.ASCII.GetString)));
        Assert.False(hello.IsEncrypted);
    }

    [Fact]
    public async Task Hello_that_is_spread_over_records_is_read()
    {
        var bytes = await RealHelloAsync("api.openai.com", "h2");
        foreach (var size in new[] { 1, 3, 4, 5, 100 })
        {
            var spread = Spread(bytes, size);
            Assert.Equal(ParseStatus.NeedMore, ClientHello.TryRead(spread.AsSpan(0, spread.Length - 1), out _));
            Assert.Equal(ParseStatus.Complete, ClientHello.TryRead(spread, out var hello));
            Assert.Equal("api.openai.com", hello!.ServerName);
        }
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a\0b")]
    [InlineData("a/b")]
    [InlineData("ä.example")]
    public void Name_that_is_none_is_refused(string name) =>
        Assert.Equal(ParseStatus.Invalid, ClientHello.TryRead(Hello(Extension(0, NameList(Encoding.UTF8.GetBytes(name)))), out _));

    [Fact]
    public void Two_names_are_refused()
    {
        var name = Extension(0, NameList("one.example"u8));
        var other = Extension(0, NameList("two.example"u8));

        Assert.Equal(ParseStatus.Complete, ClientHello.TryRead(Hello(name), out _));
        Assert.Equal(ParseStatus.Invalid, ClientHello.TryRead(Hello([.. name, .. other]), out _));
    }

    [Fact]
    public void Encrypted_hello_is_noticed()
    {
        Assert.Equal(ParseStatus.Complete, ClientHello.TryRead(Hello([.. Extension(0xFE0D, [0, 1, 2]), .. Extension(0, NameList("outer.example"u8))]), out var hello));
        Assert.Equal((true, "outer.example"), (hello!.IsEncrypted, hello.ServerName));
    }

    [Fact]
    public void Hello_without_extensions_is_one()
    {
        Assert.Equal(ParseStatus.Complete, ClientHello.TryRead(Record(Message([])), out var hello));
        Assert.Null(hello!.ServerName);
    }

    [Fact]
    public void Nothing_longer_than_the_bound_is_waited_for()
    {
        byte[] claims = [22, 3, 1, 0, 4, 1, 0xFF, 0xFF, 0xFF];

        Assert.Equal(ParseStatus.Invalid, ClientHello.TryRead(claims, out _));
        var tiny = new List<byte>();
        byte[] message = [1, 0, 0xF0, 0];
        for (var i = 0; tiny.Count <= ClientHello.MaxBytes; i++)
            tiny.AddRange([22, 3, 1, 0, 1, i < 4 ? message[i] : (byte)0]);
        Assert.Equal(ParseStatus.Invalid, ClientHello.TryRead(tiny.ToArray(), out _));
    }

    internal static byte[] Hello(byte[] extensions) => Record(Message([(byte)(extensions.Length >> 8), (byte)extensions.Length, .. extensions]));

    internal static byte[] Extension(int type, byte[] body) => [(byte)(type >> 8), (byte)type, (byte)(body.Length >> 8), (byte)body.Length, .. body];

    internal static byte[] NameList(ReadOnlySpan<byte> name) => [(byte)((name.Length + 3) >> 8), (byte)(name.Length + 3), 0, (byte)(name.Length >> 8), (byte)name.Length, .. name];

    private static byte[] Message(byte[] extensions)
    {
        byte[] body = [3, 3, .. new byte[32], 0, 0, 2, 0x13, 1, 1, 0, .. extensions];
        return [1, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body];
    }

    private static byte[] Record(byte[] message) => [22, 3, 1, (byte)(message.Length >> 8), (byte)message.Length, .. message];

    private static byte[] Spread(byte[] hello, int size)
    {
        var spread = new List<byte>();
        foreach (var piece in hello.Skip(5).Chunk(size))
            spread.AddRange([22, 3, 1, 0, (byte)piece.Length, .. piece]);
        return [.. spread];
    }

    /// <summary>What the platform's own client sends.</summary>
    private static async Task<byte[]> RealHelloAsync(string name, string protocols)
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync(System.Net.IPAddress.Loopback, ((System.Net.IPEndPoint)listener.LocalEndpoint).Port);
        using var accepted = await listener.AcceptTcpClientAsync();
        using var tls = new SslStream(client.GetStream());
        var handshake = tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = name,
            ApplicationProtocols = protocols.Length == 0 ? null : [.. protocols.Split(',').Select(one => new SslApplicationProtocol(one))],
        });
        var head = new byte[5];
        await accepted.GetStream().ReadExactlyAsync(head);
        var body = new byte[(head[3] << 8) | head[4]];
        await accepted.GetStream().ReadExactlyAsync(body);
        accepted.Close();
        await Assert.ThrowsAnyAsync<IOException>(() => handshake);
        return [.. head, .. body];
    }
}

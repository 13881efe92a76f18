using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using K8sRecorder.Sidecar.Trust;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Trust;

public sealed class TlsSidesTests : IDisposable
{
    private static readonly ServerName Name = ServerName.Parse("api.example");
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly PodAuthority _authority;
    private readonly LeafCertificates _leaves;
    private readonly TlsClientSide _client;
    private readonly List<Stream> _streams = [];

    public TlsSidesTests()
    {
        _authority = PodAuthority.Create(_time);
        _leaves = new LeafCertificates(_authority, _time);
        _client = new TlsClientSide(new UpstreamTrust(new TrustAnchors([_authority.Certificate], []), _time), _time);
    }

    public void Dispose()
    {
        foreach (var stream in _streams)
            stream.Dispose();
        _authority.Dispose();
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("h2,http/1.1", "http/1.1", "http/1.1")]
    [InlineData("h2,http/1.1", "h2", "h2")]
    [InlineData("h2,http/1.1", null, null)]
    public async Task Agent_is_given_the_one_protocol_or_none(string? offered, string? chosen, string? expected)
    {
        var (agent, recorder) = await PairAsync();
        var accepting = TlsServerSide.AcceptAsync(recorder, _leaves.For(Name), chosen is null ? null : new SslApplicationProtocol(chosen), _time, CancellationToken.None);
        var connected = await _client.ConnectAsync(agent, Name, 443, Protocols(offered), CancellationToken.None);
        var accepted = await accepting;
        Assert.Equal(TlsClientOutcome.Done, connected.Outcome);
        Assert.Equal(TlsServerOutcome.Done, accepted.Outcome);
        Assert.Equal(expected ?? "", connected.Stream!.NegotiatedApplicationProtocol.ToString());
        Assert.Equal(expected ?? "", accepted.Stream!.NegotiatedApplicationProtocol.ToString());
        await RoundTripAsync(connected.Stream, accepted.Stream);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Agent_that_does_not_know_the_authority_refuses_the_certificate(string version)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = Process.Start(new ProcessStartInfo(
            "openssl", ["s_client", version, "-verify_return_error", "-servername", Name.Text, "-connect", listener.LocalEndpoint.ToString()!])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = Task.WhenAll(client.StandardOutput.ReadToEndAsync(), client.StandardError.ReadToEndAsync());
        var recorder = new NetworkStream(await listener.AcceptSocketAsync(), ownsSocket: true);
        var result = await TlsServerSide.AcceptAsync(recorder, _leaves.For(Name), null, _time, CancellationToken.None);
        Assert.True(result is { Outcome: TlsServerOutcome.CertificateRefused, Alert: TlsAlert.UnknownAuthority, Stream: null }, result.ToString());
        await said;
        await client.WaitForExitAsync();
    }

    /// <summary>.NET looks at the certificate when its handshake is done, and closes without an alert.</summary>
    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Dotnet_agent_that_does_not_know_the_authority_closes_before_its_first_byte(SslProtocols version)
    {
        var (agent, recorder) = await PairAsync();
        var accepting = TlsServerSide.AcceptAsync(recorder, _leaves.For(Name), null, _time, CancellationToken.None);
        await using (var tls = new SslStream(agent))
            await Assert.ThrowsAsync<AuthenticationException>(() => tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = Name.Text, EnabledSslProtocols = version }));
        var result = await accepting;
        Assert.Equal(TlsServerOutcome.Done, result.Outcome);
        Assert.Equal(0, await result.Stream!.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task Agent_that_speaks_only_old_versions_has_nothing_in_common()
    {
        var (agent, recorder) = await PairAsync();
        var accepting = TlsServerSide.AcceptAsync(recorder, _leaves.For(Name), null, _time, CancellationToken.None);
        // a ClientHello of TLS 1.0 with one suite that there is
        await agent.WriteAsync(Convert.FromHexString("160301002d0100002903010000000000000000000000000000000000000000000000000000000000000000000002002f0100"));
        Assert.Equal(TlsServerOutcome.NothingInCommon, (await accepting).Outcome);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0000\u0005\u0001\u0000\u0000\u0001\u0000")]
    public async Task Agent_that_speaks_something_else_is_malformed(string sent)
    {
        var (agent, recorder) = await PairAsync();
        var accepting = TlsServerSide.AcceptAsync(recorder, _leaves.For(Name), null, _time, CancellationToken.None);
        await agent.WriteAsync(System.Text.Encoding.Latin1.GetBytes(sent));
        Assert.Equal(TlsServerOutcome.Malformed, (await accepting).Outcome);
    }

    [Fact]
    public async Task Agent_that_closes_is_told_apart()
    {
        var (agent, recorder) = await PairAsync();
        var accepting = TlsServerSide.AcceptAsync(recorder, _leaves.For(Name), null, _time, CancellationToken.None);
        agent.Dispose();
        Assert.Equal(TlsServerOutcome.Closed, (await accepting).Outcome);
    }

    [Fact]
    public async Task Agent_that_never_speaks_is_given_up()
    {
        var time = new ManualTime();
        var (_, recorder) = await PairAsync();
        var accepting = TlsServerSide.AcceptAsync(recorder, _leaves.For(Name), null, time, CancellationToken.None).AsTask();
        time.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal(TlsServerOutcome.TimedOut, (await accepting).Outcome);
    }

    [Fact]
    public async Task Cancelled_handshake_throws()
    {
        var (_, recorder) = await PairAsync();
        using var stop = new CancellationTokenSource();
        var accepting = TlsServerSide.AcceptAsync(recorder, _leaves.For(Name), null, _time, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting);
    }

    [Fact]
    public async Task Server_of_another_name_is_not_believed()
    {
        var (result, _) = await ConnectAsync(Options(_leaves.For(ServerName.Parse("other.example"))));
        Assert.Equal(TlsClientOutcome.NotBelieved, result.Outcome);
        Assert.Equal(UpstreamProblem.NameMismatch, result.Verdict.Problem);
        Assert.Null(result.Stream);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Session_is_resumed_and_the_certificate_looked_at_again(SslProtocols version)
    {
        var name = ServerName.Parse($"resumed-{version}.example".ToLowerInvariant());
        var options = Options(_leaves.For(name));
        options.EnabledSslProtocols = version;
        for (var i = 0; i < 4; i++)
        {
            var (result, server) = await ConnectAsync(options, name);
            Assert.Equal(TlsClientOutcome.Done, result.Outcome);
            await RoundTripAsync(result.Stream!, server!);
            result.Stream!.Dispose();
            server!.Dispose();
        }
        // another who believes nobody takes up the same session
        var sceptic = new TlsClientSide(new UpstreamTrust(new TrustAnchors([], []), _time), _time);
        for (var i = 0; i < 2; i++)
        {
            var (agent, upstream) = await PairAsync();
            var serving = ServeAsync(upstream, options);
            Assert.Equal(TlsClientOutcome.NotBelieved, (await sceptic.ConnectAsync(agent, name, 443, [], CancellationToken.None)).Outcome);
            await serving;
        }
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Server_that_would_like_a_certificate_goes_on_without(SslProtocols version)
    {
        var name = ServerName.Parse($"asks-{version}.example".ToLowerInvariant());
        var options = Options(_leaves.For(name));
        options.EnabledSslProtocols = version;
        options.ClientCertificateRequired = true;
        options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is null;
        for (var i = 0; i < 3; i++)
        {
            var (result, server) = await ConnectAsync(options, name);
            Assert.Equal(TlsClientOutcome.Done, result.Outcome);
            Assert.True(result.ClientCertificateAsked);
            await RoundTripAsync(result.Stream!, server!);
        }
    }

    [Theory]
    [InlineData("-tls1_2", false)]
    [InlineData("-tls1_3", true)]
    public async Task Server_that_demands_a_certificate_is_told_apart(string version, bool afterwards)
    {
        using var folder = new TemporaryFolder();
        var name = ServerName.Parse($"demands{version.Replace('_', '-')}.example");
        using var leaf = _authority.Issue(name, _time.GetUtcNow());
        File.WriteAllText(folder["server.pem"], leaf.ExportCertificatePem() + "\n" + leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(folder["ca.pem"], _authority.Certificate.ExportCertificatePem());
        var port = Loopback.FreePort();
        using var server = Process.Start(new ProcessStartInfo(
            "openssl", ["s_server", version, "-Verify", "1", "-verify_return_error", "-CAfile", folder["ca.pem"], "-cert", folder["server.pem"], "-accept", $"127.0.0.1:{port}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            Assert.StartsWith("ACCEPT", await AcceptingAsync(server), StringComparison.Ordinal);
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port);
            var result = await _client.ConnectAsync(new NetworkStream(socket, ownsSocket: true), name, port, [], CancellationToken.None);
            Assert.True(result.ClientCertificateAsked);
            Assert.Equal(afterwards ? TlsClientOutcome.Done : TlsClientOutcome.ClientCertificateRequired, result.Outcome);
            Assert.Equal(!afterwards, _client.DemandsCertificate(name, port));
            if (afterwards)
                await Assert.ThrowsAsync<IOException>(async () => await result.Stream!.ReadExactlyAsync(new byte[1]));
            Assert.True(_client.DemandsCertificate(name, port));
            Assert.False(_client.DemandsCertificate(name, port + 1));
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task Server_that_says_nothing_is_given_up()
    {
        var time = new ManualTime();
        var client = new TlsClientSide(new UpstreamTrust(new TrustAnchors([_authority.Certificate], []), _time), time);
        var (agent, _) = await PairAsync();
        var connecting = client.ConnectAsync(agent, Name, 443, [], CancellationToken.None).AsTask();
        time.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal(TlsClientOutcome.TimedOut, (await connecting).Outcome);
    }

    [Fact]
    public async Task Server_that_speaks_something_else_is_malformed()
    {
        var (agent, upstream) = await PairAsync();
        var connecting = _client.ConnectAsync(agent, Name, 443, [], CancellationToken.None);
        await upstream.WriteAsync("SSH-2.0-OpenSSH_9.2p1\r\n"u8.ToArray());
        Assert.Equal(TlsClientOutcome.Malformed, (await connecting).Outcome);
    }

    [Fact]
    public async Task Server_that_closes_is_told_apart()
    {
        var (agent, upstream) = await PairAsync();
        var connecting = _client.ConnectAsync(agent, Name, 443, [], CancellationToken.None);
        await upstream.ReadExactlyAsync(new byte[64]);
        upstream.Dispose();
        Assert.Equal(TlsClientOutcome.Closed, (await connecting).Outcome);
    }

    [Theory]
    [InlineData(40, "NothingInCommon")]
    [InlineData(70, "NothingInCommon")]
    [InlineData(112, "Refused")]
    [InlineData(120, "NothingInCommon")]
    [InlineData(116, "ClientCertificateRequired")]
    public async Task Alert_of_a_server_is_understood(byte alert, string expected)
    {
        var (agent, upstream) = await PairAsync();
        var connecting = _client.ConnectAsync(agent, Name, 443, [], CancellationToken.None);
        await upstream.ReadExactlyAsync(new byte[64]);
        await upstream.WriteAsync(new byte[] { 21, 3, 3, 0, 2, 2, alert });
        var result = await connecting;
        Assert.Equal(expected, result.Outcome.ToString());
        Assert.Equal(alert, result.Alert);
    }

    private static SslServerAuthenticationOptions Options(SslStreamCertificateContext leaf) => new() { ServerCertificateContext = leaf };

    private async Task<(TlsClientResult Result, SslStream? Server)> ConnectAsync(SslServerAuthenticationOptions options, ServerName? name = null)
    {
        var (agent, upstream) = await PairAsync();
        var serving = ServeAsync(upstream, options);
        var result = await _client.ConnectAsync(agent, name ?? Name, 443, [], CancellationToken.None);
        return (result, await serving);
    }

    private static async Task<SslStream?> ServeAsync(Stream stream, SslServerAuthenticationOptions options)
    {
        var tls = new SslStream(stream);
        try
        {
            await tls.AuthenticateAsServerAsync(options);
            return tls;
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return null;
        }
    }

    /// <summary>What openssl says when it listens.</summary>
    private static async Task<string> AcceptingAsync(Process server)
    {
        while (await server.StandardOutput.ReadLineAsync() is { } line)
            if (line.StartsWith("ACCEPT", StringComparison.Ordinal))
                return line;
        return await server.StandardError.ReadToEndAsync();
    }

    private static List<SslApplicationProtocol> Protocols(string? names) =>
        names is null ? [] : [.. names.Split(',').Select(name => new SslApplicationProtocol(name))];

    private static async Task RoundTripAsync(Stream one, Stream other)
    {
        await one.WriteAsync("ping"u8.ToArray());
        var there = new byte[4];
        await other.ReadExactlyAsync(there);
        await other.WriteAsync(there);
        await one.ReadExactlyAsync(there);
        Assert.Equal("ping"u8, there);
    }

    /// <summary>Both ends live as long as the test: one that nobody holds any more is closed by the garbage collector.</summary>
    private async Task<(NetworkStream One, NetworkStream Other)> PairAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var connecting = client.ConnectAsync(listener.LocalEndpoint);
        var server = await listener.AcceptSocketAsync();
        await connecting;
        var pair = (One: new NetworkStream(client, ownsSocket: true), Other: new NetworkStream(server, ownsSocket: true));
        _streams.AddRange([pair.One, pair.Other]);
        return pair;
    }
}

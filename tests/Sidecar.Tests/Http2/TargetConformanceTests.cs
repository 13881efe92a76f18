using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using K8sRecorder.Policy.Model;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Http2;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Sidecar.Tests.Http2;

/// <summary>What targets answer over HTTP/2, odd or wrong, made by hand: an agent gets what it would get straight, or what docs/fidelity.md says.</summary>
public sealed class TargetConformanceTests
{
    private static readonly string[] Codes =
    [
        "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED", "FRAME_SIZE_ERROR",
        "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_answer_arrives_as_it_is_and_is_recorded(bool isTls)
    {
        using var folder = new TemporaryFolder();
        using var authority = new WorldAuthority();
        await File.WriteAllTextAsync(folder["ca.crt"], authority.Pem);
        using var certificate = isTls ? authority.Certify("localhost") : null;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var current = TargetCase.All[0];
        var peers = new ConcurrentDictionary<Http2Peer, Task>();
        using var over = new CancellationTokenSource();
        var serving = ServeAsync(listener, certificate, () => current, peers, over.Token);
        await using var sidecar = await TestSidecar.StartAsync(port, authorities: [folder["ca.crt"]], change: policy => !isTls ? policy : policy with
        {
            Targets = [policy.Targets[0] with { Upstream = policy.Targets[0].Upstream! with { Tls = UpstreamTlsMode.Verify, ServerName = "localhost" } }],
        });
        var found = new List<string>();
        foreach (var one in TargetCase.All)
        {
            current = one;
            var (straight, recorded) = (one.Error is null && !one.ClientIsStricter && !isTls ? await AskAsync(port, one) : one.Expected, await AskAsync(sidecar.Port, one));
            if (recorded != one.Expected || straight != one.Expected)
                found.Add($"{one.Name}: recorded {recorded}, straight {straight}, expected {one.Expected}");
            // the next case has a connection of its own
            foreach (var (peer, done) in peers)
            {
                peer.EndSending();
                await done;
            }
            peers.Clear();
        }
        await sidecar.StopAsync();
        await over.CancelAsync();
        listener.Stop();
        await serving;

        Assert.True(found.Count == 0, string.Join('\n', found));
        var records = await Recorded.RecordsAsync(sidecar);
        Assert.Equal(
            TargetCase.All.Where(one => one.Error is not null).Select(one => one.Error!),
            records.Where(record => record.Kind == "http2.error").Select(record => $"{record.Text("from")} {record.Text("code")}"));
        foreach (var code in TargetCase.All.Where(one => Codes.Contains(one.Expected)).Select(one => one.Expected))
            Assert.Contains(records, record => record.Kind == "http.reset" && record.Text("from") == "target" && record.Text("code") == code && record.Field("connection") is null);
        await Recorded.AssertSoundAsync(sidecar);
    }

    private static async Task<string> AskAsync(int port, TargetCase one)
    {
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(one.Body is null ? HttpMethod.Get : HttpMethod.Post, $"http://127.0.0.1:{port}/{Uri.EscapeDataString(one.Name)}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = one.Body is null ? null : new StringContent(one.Body),
        };
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            using var response = await client.SendAsync(request, patience.Token);
            var body = await response.Content.ReadAsStringAsync(patience.Token);
            return (int)response.StatusCode == 502 ? "502"
                : $"{(int)response.StatusCode} '{body}'" + (response.Headers.TryGetValues("grpc-status", out var status) ? $" grpc-status:{status.Single()}" : "") + string.Concat(response.TrailingHeaders.Select(field => $" {field.Key}={field.Value.Single()}"));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            for (var cause = failure; cause is not null; cause = cause.InnerException)
            {
                if (cause is HttpProtocolException ended)
                    return Codes[ended.ErrorCode];
            }
            return failure.GetType().Name;
        }
    }

    private static async Task ServeAsync(
        TcpListener listener, X509Certificate2? certificate, Func<TargetCase> current, ConcurrentDictionary<Http2Peer, Task> peers, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(cancellationToken);
                Stream stream = new NetworkStream(socket, ownsSocket: true);
                if (certificate is not null)
                {
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(
                        new SslServerAuthenticationOptions { ServerCertificate = certificate, ApplicationProtocols = [SslApplicationProtocol.Http2] }, cancellationToken);
                    stream = tls;
                }
                var peer = new Http2Peer(stream, socket);
                peers[peer] = ServeAsync(peer, current());
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the test is over
        }
    }

    /// <summary>One connection, which may be the question whether it speaks HTTP/2 at all: answers each request on it.</summary>
    private static async Task ServeAsync(Http2Peer peer, TargetCase one)
    {
        using (peer)
        {
            await peer.SendAsync(new Http2Frames().Frame(Http2Frames.Settings, 0, 0, one.Settings));
            await peer.ReadAsync(24);
            while (await peer.ReadUntilAsync(frame => frame.Type == Http2Frames.Headers) is { } head)
                await one.Answer(peer, head.Stream);
        }
    }
}

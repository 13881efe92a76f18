using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using K8sRecorder.Testing;

namespace K8sRecorder.Integration.Canaries;

/// <summary>One run of the sidecar with a secret on every path, and everything it left behind.</summary>
public sealed class CanaryRun : IAsyncLifetime
{
    internal CanaryCage Cage { get; } = new(seed: 20261121);

    public Haystack Haystack { get; } = new();

    public async Task InitializeAsync()
    {
        await using var upstream = await CanaryUpstream.StartAsync(Cage);
        using var echo = new TcpListener(IPAddress.Loopback, 0);
        echo.Start();
        var echoing = EchoOnceAsync(echo);
        using var trailing = new TcpListener(IPAddress.Loopback, 0);
        trailing.Start();
        var answering = AnswerWithTrailersAsync(trailing, Cage.SlackToken("response trailer"));
        int http = Loopback.FreePort(), tcp = Loopback.FreePort(), trailers = Loopback.FreePort();
        await using var sidecar = await SidecarProcess.StartAsync($$"""
            apiVersion: k8srecorder.io/v1alpha1
            kind: RecordingPolicy
            metadata: { name: canaries, namespace: test }
            spec:
              targets:
                - { name: web, listen: "127.0.0.1:{{http}}", upstream: { address: "127.0.0.1:{{upstream.Port}}" }, protocol: HTTP }
                - { name: trailers, listen: "127.0.0.1:{{trailers}}", upstream: { address: "127.0.0.1:{{((IPEndPoint)trailing.LocalEndpoint).Port}}" }, protocol: HTTP }
                - { name: raw, listen: "127.0.0.1:{{tcp}}", upstream: { address: "127.0.0.1:{{((IPEndPoint)echo.LocalEndpoint).Port}}" }, protocol: TCP }
            """);
        await SpeakHttpAsync(new Uri($"http://127.0.0.1:{http}"));
        using (var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{trailers}") })
            await SendAsync(client, HttpMethod.Get, "/trailers");
        await answering;
        await SpeakTcpAsync(tcp);
        await echoing;

        using (var client = new HttpClient())
            Haystack.Add("metrics", await client.GetByteArrayAsync(new Uri(sidecar.Admin, "/metrics")));
        Haystack.AddFolder("spool while running", sidecar.SpoolFolder);
        await sidecar.StopAsync();
        Haystack.AddFolder("spool", sidecar.SpoolFolder);
        Haystack.AddFolder("store", sidecar.StoreFolder);
        Haystack.Add("output", Encoding.UTF8.GetBytes(sidecar.Output));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private async Task SpeakHttpAsync(Uri target)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = target };
        await SendAsync(client, HttpMethod.Get, $"/keys/{Cage.AnthropicKey("path segment")}/marker-path");
        await SendAsync(client, HttpMethod.Get, $"/q?api_key={Cage.Opaque("query api_key")}&marker-query=1");
        await SendAsync(client, HttpMethod.Get, $"/q?X-Amz-Security-Token={Cage.Opaque("query amz token")}&Signature={Cage.Opaque("query signature")}");
        await SendAsync(client, HttpMethod.Get, $"/q?note={Uri.EscapeDataString($"use {Cage.OpenAiKey("query text")}")}");
        await SendAsync(client, HttpMethod.Get, "/h", r =>
        {
            r.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Cage.Opaque("authorization bearer"));
            r.Headers.Add("Cookie", $"sid={Cage.Opaque("cookie")}; theme=marker");
            r.Headers.Add("x-api-key", Cage.Opaque("x-api-key"));
            r.Headers.Add("x-goog-api-key", Cage.Opaque("x-goog-api-key"));
            r.Headers.Add("x-debug", $"marker-header {Cage.AwsKey("free header")}");
            r.Headers.Add("Proxy-Authorization", $"Basic {Base64($"user:{Cage.Opaque("proxy basic")}")}");
        });
        await SendAsync(client, HttpMethod.Get, "/basic", r =>
            r.Headers.Authorization = new AuthenticationHeaderValue("Basic", Base64($"user:{Cage.Opaque("authorization basic")}")));
        await SendAsync(client, HttpMethod.Post, "/json", r => r.Content = Json(new
        {
            note = "marker-json",
            password = Cage.Opaque("json password"),
            nested = new { text = $"the key {Cage.SlackToken("json text")} is" },
            dsn = $"mysql://root:{Cage.Opaque("json dsn")}@db:3306/x",
            tool = JsonSerializer.Serialize(new { client_secret = Cage.Opaque("json in json") }),
            pem = $"-----BEGIN RSA PRIVATE KEY-----\n{string.Join('\n', Cage.PemLines("json pem"))}\n-----END RSA PRIVATE KEY-----\n",
            attachment = $"data:text/plain;base64,{Base64($"hello {Cage.AnthropicKey("json base64")} there")}",
            token = Cage.Jwt("json jwt"),
        }));
        await SendAsync(client, HttpMethod.Post, "/form", r => r.Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_secret"] = Cage.Opaque("form client_secret"),
            ["note"] = $"marker-form {Cage.OpenAiKey("form text")}",
        }));
        await SendAsync(client, HttpMethod.Post, "/zip", r =>
        {
            r.Content = new ByteArrayContent(Zip(JsonSerializer.Serialize(new { note = "marker-zip", key = Cage.AnthropicKey("gzip request") })));
            r.Content.Headers.ContentEncoding.Add("gzip");
            r.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        });
        await SendAsync(client, HttpMethod.Post, "/oauth/token", r => r.Content = Json(new { marker = "marker-oauth" }));
        await SendAsync(client, HttpMethod.Get, "/error");
        await SendAsync(client, HttpMethod.Get, "/login");
        await SendAsync(client, HttpMethod.Get, "/gzip");
        await SendAsync(client, HttpMethod.Get, "/brotli");
        await SendAsync(client, HttpMethod.Post, "/v1/chat/completions", r => r.Content = Json(new { model = "m", stream = true, messages = new[] { new { role = "user", content = "hi" } } }));
        await SendAsync(client, HttpMethod.Post, "/v1/messages", r => r.Content = Json(new { model = "m", stream = true, messages = new[] { new { role = "user", content = "hi" } } }));
    }

    private static async Task SendAsync(HttpClient client, HttpMethod method, string target, Action<HttpRequestMessage>? prepare = null)
    {
        using var request = new HttpRequestMessage(method, target);
        prepare?.Invoke(request);
        using var response = await client.SendAsync(request);
        await response.Content.LoadIntoBufferAsync();
    }

    private async Task SpeakTcpAsync(int port)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        var line = Encoding.UTF8.GetBytes($"marker-tcp AUTH {Cage.AnthropicKey("tcp split")} done\n");
        var back = new byte[line.Length];
        await stream.WriteAsync(line.AsMemory(0, 40));
        await stream.ReadExactlyAsync(back.AsMemory(0, 40));
        await stream.WriteAsync(line.AsMemory(40));
        await stream.ReadExactlyAsync(back.AsMemory(40));
        Assert.Equal(line, back);
    }

    private static async Task EchoOnceAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        await stream.CopyToAsync(stream);
    }

    private static async Task AnswerWithTrailersAsync(TcpListener listener, string trailer)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var head = new byte[4096];
        for (var read = 0; !head.AsSpan(0, read).EndsWith("\r\n\r\n"u8);)
            read += await stream.ReadAsync(head.AsMemory(read));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTrailer: x-note\r\nTransfer-Encoding: chunked\r\n\r\nf\r\nmarker-trailers\r\n0\r\nx-note: {trailer}\r\n\r\n"));
    }

    private static StringContent Json(object value) => new(JsonSerializer.Serialize(value), Encoding.UTF8, "application/json");

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static byte[] Zip(string text)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Optimal))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return zipped.ToArray();
    }
}

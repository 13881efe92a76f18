using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace K8sRecorder.Testing.Kube;

/// <summary>
/// A kube-apiserver with its etcd, from the folder that <c>KUBEBUILDER_ASSETS</c> names, as envtest has it; on loopback, in a folder of its
/// own. There are no controllers and no nodes: nothing happens to an object but what a test does.
/// </summary>
public sealed class RealApiServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new(inMemory: true);
    private readonly string _assets;
    private readonly int _etcdPort = FreePort();
    private Process? _etcd;
    private Process? _server;

    private RealApiServer(string assets) => _assets = assets;

    /// <summary>The folder with both programs; null where <c>KUBEBUILDER_ASSETS</c> is not set.</summary>
    public static string? Assets => Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") is { Length: > 0 } folder ? folder : null;

    public Uri Url { get; } = new($"https://127.0.0.1:{FreePort()}");

    /// <summary>A token of the group system:masters.</summary>
    public string AdminToken { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The server's own authority, as PEM.</summary>
    public string AuthorityFile => _folder["certs/apiserver.crt"];

    /// <summary>Flags of this start beside the usual ones.</summary>
    public IReadOnlyList<string> MoreFlags { get; private init; } = [];

    public static async Task<RealApiServer> StartAsync(params IReadOnlyList<string> moreFlags)
    {
        var server = new RealApiServer(Assets ?? throw new InvalidOperationException("KUBEBUILDER_ASSETS is not set")) { MoreFlags = moreFlags };
        try
        {
            server.WriteKeys();
            server._etcd = server.Start("etcd", "--data-dir", server._folder["etcd"], "--listen-client-urls", server.EtcdUrl,
                "--advertise-client-urls", server.EtcdUrl, "--listen-peer-urls", $"http://127.0.0.1:{FreePort()}", "--unsafe-no-fsync=true");
            await server.ResumeAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills the API server; etcd goes on.</summary>
    public async Task StopAsync()
    {
        await KillAsync(_server);
        _server = null;
    }

    /// <summary>Starts it where it was, and returns when it is ready.</summary>
    public async Task ResumeAsync()
    {
        _server = Start("kube-apiserver", ["--etcd-servers", EtcdUrl, "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1",
            $"--secure-port={Url.Port}", "--cert-dir", _folder["certs"], "--service-cluster-ip-range=10.0.0.0/24", "--allow-privileged=true",
            "--authorization-mode=RBAC", "--token-auth-file", _folder["tokens.csv"], "--disable-admission-plugins=ServiceAccount",
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local", "--service-account-key-file", _folder["sa.key"],
            "--service-account-signing-key-file", _folder["sa.key"], "--watch-cache=true", .. MoreFlags]);
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        using var http = new HttpClient(handler);
        http.DefaultRequestHeaders.Add("Authorization", $"Bearer {AdminToken}");
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            if (_server.HasExited)
                throw new InvalidOperationException($"kube-apiserver ended with {_server.ExitCode}: {Last("kube-apiserver")}");
            try
            {
                using var answer = await http.GetAsync(new Uri(Url, "/readyz"), patience.Token);
                if (answer.StatusCode == HttpStatusCode.OK)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync(_server);
        await KillAsync(_etcd);
        _folder.Dispose();
    }

    private string EtcdUrl => $"http://127.0.0.1:{_etcdPort}";

    private void WriteKeys()
    {
        Directory.CreateDirectory(_folder["certs"]);
        using var key = RSA.Create(2048);
        File.WriteAllText(_folder["sa.key"], key.ExportRSAPrivateKeyPem());
        File.WriteAllText(_folder["tokens.csv"], $"{AdminToken},admin,admin,system:masters\n");
    }

    private Process Start(string program, params IReadOnlyList<string> arguments)
    {
        // The shell gives the program's words to a file: nobody has to read a pipe while it runs.
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true };
        foreach (var argument in (ReadOnlySpan<string>)["-c", "log=$1; shift; exec \"$@\" > \"$log\" 2>&1", "sh", _folder[program + ".log"], Path.Combine(_assets, program), .. arguments])
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private string Last(string program) => string.Join('\n', File.ReadLines(_folder[program + ".log"]).TakeLast(5));

    private static async Task KillAsync(Process? process)
    {
        if (process is null)
            return;
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

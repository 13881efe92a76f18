using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using K8sRecorder.Benchmarks.Http;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Benchmarks.Tls;

/// <summary>A way to the target.</summary>
/// <param name="Name">What the report calls it.</param>
/// <param name="Network">Where the client is.</param>
/// <param name="Uid">Who it is.</param>
/// <param name="To">Where it connects to.</param>
/// <param name="AuthorityFile">Whom it believes, PEM.</param>
/// <param name="Authority">The same.</param>
internal sealed record TlsWay(string Name, NetworkNamespace Network, uint Uid, IPEndPoint To, string AuthorityFile, X509Certificate2 Authority)
{
    private static ReadOnlySpan<byte> Request => "GET /small HTTP/1.1\r\nHost: api.bench.test\r\nConnection: close\r\n\r\n"u8;

    /// <summary>A new connection and one request on it; milliseconds from connecting to the first byte of the answer.</summary>
    public double FirstByte()
    {
        using var socket = Network.As(Uid, () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(Authority);
        var began = Stopwatch.GetTimestamp();
        socket.Connect(To);
        using var tls = new SslStream(new NetworkStream(socket));
        tls.AuthenticateAsClient(new SslClientAuthenticationOptions { TargetHost = TlsPod.Name, CertificateChainPolicy = policy, AllowTlsResume = false });
        tls.Write(Request);
        if (tls.ReadByte() != 'H')
            throw new BenchmarkFailedException($"{Name}: no answer");
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    /// <summary>Downloads <c>/large</c> by curl; MB/s.</summary>
    public async Task<double> DownloadAsync(long bytes, CancellationToken ct)
    {
        var start = Network.Command(
            "setpriv", "--reuid", $"{Uid}", "--regid", $"{Uid}", "--clear-groups", "curl", "-sS", "-o", "/dev/null", "--http1.1",
            "-w", "%{http_code} %{size_download} %{time_total}", "--cacert", AuthorityFile,
            "--connect-to", $"{TlsPod.Name}:443:{To.Address}:{To.Port}", $"https://{TlsPod.Name}/large");
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var curl = Process.Start(start)!;
        var errors = curl.StandardError.ReadToEndAsync(ct);
        var said = (await curl.StandardOutput.ReadToEndAsync(ct)).Split(' ');
        await curl.WaitForExitAsync(ct);
        if (curl.ExitCode != 0 || said is not ["200", var size, var seconds] || size != bytes.ToString(CultureInfo.InvariantCulture))
            throw new BenchmarkFailedException($"{Name}: {string.Join(' ', said)} {await errors}");
        return bytes / 1e6 / double.Parse(seconds, CultureInfo.InvariantCulture);
    }
}

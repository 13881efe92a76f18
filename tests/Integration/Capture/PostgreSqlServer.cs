using System.Diagnostics;
using System.Net.Sockets;
using K8sRecorder.Integration.Redirect;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Capture;

/// <summary>A cluster of its own with TLS at <see cref="World.Database"/>.</summary>
internal sealed class PostgreSqlServer : IAsyncDisposable
{
    private const string Owner = "postgres";

    private readonly TemporaryFolder _folder;
    private readonly Process _process;

    private PostgreSqlServer(Process process, TemporaryFolder folder) => (_process, _folder) = (process, folder);

    /// <summary>Where Debian has the server's programs; null where there are none, or not the account that owns them.</summary>
    public static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql") && File.ReadLines("/etc/passwd").Any(line => line.StartsWith($"{Owner}:", StringComparison.Ordinal))
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    public static async Task<PostgreSqlServer> StartAsync(NetworkNamespace network, WorldAuthority authority)
    {
        var folder = new TemporaryFolder();
        authority.Certify(folder["server.crt"], folder["server.key"], "db.target.test");
        File.SetUnixFileMode(folder["server.key"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        network.Run("chown", "-R", Owner, folder.Path);
        string[] asOwner = ["--reuid", Owner, "--clear-groups", "env", "-C", folder.Path, "LC_ALL=C"];
        network.Run("setpriv", [.. asOwner, $"{Programs}/initdb", "--no-sync", "-A", "trust", "-D", folder["data"]]);
        await File.WriteAllTextAsync(folder["data/pg_hba.conf"], "hostssl all all all trust\n");
        var server = new PostgreSqlServer(
            Process.Start(network.Command("setpriv",
            [
                .. asOwner, $"{Programs}/postgres", "-D", folder["data"], "-c", $"listen_addresses={World.Database}", "-c", "unix_socket_directories=", "-c", "fsync=off",
                "-c", "ssl=on", "-c", $"ssl_cert_file={folder["server.crt"]}", "-c", $"ssl_key_file={folder["server.key"]}", "-c", $"log_directory={folder.Path}", "-c", "logging_collector=on",
            ]))!,
            folder);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                network.As(0, () => RedirectedPod.Connecting(World.Database, 5432)).Dispose();
                return server;
            }
            catch (SocketException)
            {
                Assert.False(server._process.HasExited, "postgres ended");
                await Task.Delay(20, patience.Token);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var quit = Process.Start("kill", ["-QUIT", $"{_process.Id}"]);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }
}

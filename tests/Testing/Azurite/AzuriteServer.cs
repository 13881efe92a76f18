using System.Diagnostics;
using System.Security.Cryptography;

namespace K8sRecorder.Testing.Azurite;

/// <summary>
/// Azure Blob Storage as Azurite plays it, in memory, on a free loopback port, with an account of its own. It is installed by eng/install.sh
/// from the lock file; where that cannot be done the tests fail and say so.
/// </summary>
public sealed class AzuriteServer : IAsyncDisposable
{
    private readonly Process _process;

    private AzuriteServer(Process process, string account, string key, int port)
    {
        _process = process;
        Account = account;
        Port = port;
        ConnectionString = $"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={key};BlobEndpoint=http://127.0.0.1:{port}/{account};";
    }

    /// <summary>The account's name.</summary>
    public string Account { get; }

    /// <summary>Its port on loopback.</summary>
    public int Port { get; }

    /// <summary>What opens it.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts a server and waits until it listens.</summary>
    public static async Task<AzuriteServer> StartAsync()
    {
        var program = RepositoryRoot.File("tests/node/node_modules/azurite/dist/src/blob/main.js");
        if (!File.Exists(program))
            await InstallAsync();
        if (!File.Exists(program))
            throw new InvalidOperationException("Azurite is not installed, and eng/install.sh did not install it: the Azure tests cannot run");
        const string Account = "recordings";
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var port = Loopback.FreePort();
        var start = new ProcessStartInfo("node")
        {
            ArgumentList = { program, "--inMemoryPersistence", "--disableTelemetry", "--blobHost", "127.0.0.1", "--blobPort", $"{port}" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["AZURITE_ACCOUNTS"] = $"{Account}:{key}" },
            WorkingDirectory = Path.GetTempPath(),
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("node does not start");
        var listens = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
                listens.TrySetResult(false);
            else if (line.Data.Contains("successfully listen", StringComparison.Ordinal))
                listens.TrySetResult(true);
        };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return await listens.Task
            ? new AzuriteServer(process, Account, key, port)
            : throw new InvalidOperationException("Azurite ended before it listened");
    }

    /// <summary>Stops it.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task InstallAsync()
    {
        // The lock: two test projects must not install at once.
        var start = new ProcessStartInfo("flock")
        {
            ArgumentList = { RepositoryRoot.File("tests/node/package-lock.json"), "bash", RepositoryRoot.File("eng/install.sh") },
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("flock does not start");
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException("eng/install.sh could not install what the tests need: the Azure tests cannot run");
    }
}

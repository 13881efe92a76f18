using K8sRecorder.Testing;

namespace K8sRecorder.Benchmarks.Http.Peers;

/// <summary>A proxy that others wrote, with a folder and a configuration of its own.</summary>
internal abstract class ConfiguredPeer : Peer
{
    private readonly TemporaryFolder _folder = new();
    private ServerProcess? _server;

    protected ConfiguredPeer(string name)
        : base(name) =>
        Port = Loopback.FreePort();

    public override int? ProcessId => _server?.Id;

    public override async Task StartAsync(int upstream, CancellationToken ct)
    {
        var (command, arguments) = CommandLine(_folder, upstream);
        _server = await ServerProcess.StartAsync(Port, command, arguments, ct);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Writes the configuration into the folder and says how the proxy is started in the foreground.</summary>
    protected abstract (string Command, string[] Arguments) CommandLine(TemporaryFolder folder, int upstream);
}

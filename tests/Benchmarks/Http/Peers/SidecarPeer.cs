using K8sRecorder.Integration;
using K8sRecorder.Testing;

namespace K8sRecorder.Benchmarks.Http.Peers;

/// <summary>Ours: the executable that users run, recording everything into a folder with every detector on.</summary>
internal sealed class SidecarPeer : Peer
{
    private readonly string _executable;
    private readonly string _mode;
    private SidecarProcess? _process;

    public SidecarPeer(string mode, string executable)
        : base(mode.ToLowerInvariant())
    {
        _mode = mode;
        _executable = executable;
        Port = Loopback.FreePort();
    }

    public override int? ProcessId => _process?.Process.Id;

    private SidecarProcess Process => _process ?? throw new InvalidOperationException("the sidecar was not started");

    public override async Task StartAsync(int upstream, CancellationToken ct) =>
        _process = await SidecarProcess.StartAsync(
            Policies.OneTarget(Port, new Uri($"http://127.0.0.1:{upstream}"), mode: _mode), executable: _executable);

    /// <summary>Ends it in order; the folder that holds everything it recorded.</summary>
    public async Task<string> StopAsync()
    {
        await Process.StopWhenShippedAsync();
        return Process.StoreFolder;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
    }
}

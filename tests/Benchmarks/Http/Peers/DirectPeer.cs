namespace K8sRecorder.Benchmarks.Http.Peers;

/// <summary>No proxy at all.</summary>
internal sealed class DirectPeer : Peer
{
    public DirectPeer(int upstream)
        : base("direct") =>
        Port = upstream;

    public override int? ProcessId => null;

    public override Task StartAsync(int upstream, CancellationToken ct) => Task.CompletedTask;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

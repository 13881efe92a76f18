namespace K8sRecorder.Benchmarks.Http.Peers;

/// <summary>Something between the load and the upstream, or nothing: <c>direct</c>.</summary>
internal abstract class Peer(string name) : IAsyncDisposable
{
    public string Name => name;

    /// <summary>Where the load goes.</summary>
    public int Port { get; protected init; }

    /// <summary>The process whose time and memory count, with all of its children; null: there is none.</summary>
    public abstract int? ProcessId { get; }

    /// <summary>Starts it in front of the upstream; ready when this returns.</summary>
    public abstract Task StartAsync(int upstream, CancellationToken ct);

    public abstract ValueTask DisposeAsync();
}

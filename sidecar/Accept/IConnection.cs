namespace K8sRecorder.Sidecar.Accept;

/// <summary>A connection that was accepted, as its listener sees it.</summary>
internal interface IConnection : IDisposable
{
    /// <summary>Serves it to its end. Does not throw.</summary>
    Task RunAsync();

    /// <summary>The recorder stops: what is under way may end, nothing new begins.</summary>
    void Stop();

    /// <summary>Ends it now.</summary>
    void Cut();

    /// <summary>Called at each tick of the clock while it is open; must not wait. One that is just ending may be called once more.</summary>
    /// <returns>Whether something is under way that the clock has to be fast for.</returns>
    bool Sweep();
}

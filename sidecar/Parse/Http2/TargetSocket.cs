namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// The target's end of a WebSocket that the agent speaks over HTTP/2: a stream of HTTP/2 (RFC 8441 5) or a connection of its own that was upgraded.
/// </summary>
/// <param name="response">The target's answer.</param>
/// <param name="stream">What was opened by it.</param>
/// <param name="own">The connection, which becomes this object's; null where it is a stream.</param>
internal sealed class TargetSocket(HttpResponseMessage response, Stream stream, OwnConnection? own) : StreamEnd(stream), IDisposable
{
    /// <summary>Whether the agent said goodbye, so that the target ends by itself.</summary>
    public Func<bool>? AgentHasClosed { get; set; }

    /// <summary>
    /// The client cannot end a stream one way alone. Who was told goodbye answers it and ends; to who was not, an end is a break
    /// (RFC 6455 7.1.5), and is one here.
    /// </summary>
    public override ValueTask EndSendingAsync()
    {
        if (own is not null)
            return own.Wire.EndSendingAsync();
        if (AgentHasClosed?.Invoke() != true)
            Reset();
        return ValueTask.CompletedTask;
    }

    public override bool IsBroken() => own?.Wire.IsBroken() ?? false;

    public override void Reset()
    {
        own?.Wire.Reset();
        response.Dispose(); // RST_STREAM with CANCEL
    }

    public void Dispose()
    {
        response.Dispose();
        own?.Dispose();
    }
}

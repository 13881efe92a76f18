using Microsoft.AspNetCore.Http.Features;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// The agent's end of a WebSocket on a stream of HTTP/2 (RFC 8441 5): END_STREAM is what the end of a connection is otherwise, RST_STREAM with
/// CANCEL a break.
/// </summary>
/// <param name="stream">Reads and writes it.</param>
/// <param name="response">Ends it.</param>
/// <param name="reset">Breaks it off.</param>
/// <param name="aborted">Fires when it was broken off.</param>
internal sealed class AgentSocket(Stream stream, IHttpResponseBodyFeature response, IHttpResetFeature reset, CancellationToken aborted) : StreamEnd(stream, aborted)
{
    private int _isReset;

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await base.SendAsync(bytes);
        // what nobody takes any more the server drops without a word
        if (Aborted.IsCancellationRequested)
            throw BrokenOff(null);
    }

    public override async ValueTask EndSendingAsync()
    {
        try
        {
            await response.CompleteAsync();
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or InvalidOperationException)
        {
            // the other side was first
        }
    }

    /// <summary>Whether it was broken off from here.</summary>
    public bool IsReset => Volatile.Read(ref _isReset) != 0;

    public override bool IsBroken() => Aborted.IsCancellationRequested;

    public override void Reset()
    {
        if (Interlocked.Exchange(ref _isReset, 1) == 0)
            reset.Reset((int)Http2Codes.Cancel);
    }
}

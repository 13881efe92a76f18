namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>Why a target's stream, or its whole connection, ended before its end, in the words of its protocol.</summary>
/// <param name="Code">The error code (RFC 9113 7).</param>
/// <param name="From">Who ended it: <c>target</c>, or <c>recorder</c> where what the target sent was no HTTP/2.</param>
/// <param name="IsOfConnection">Whether the connection ended with it.</param>
/// <param name="Cause">One object a connection: all its streams fail by the same.</param>
internal sealed record Http2Failure(uint Code, string From, bool IsOfConnection, Exception Cause)
{
    // the client has one exception for all three, and only its words differ; a test holds it to them
    private const string StreamReset = "reset the stream";
    private const string ConnectionClosed = "closed the connection";

    /// <summary>What a failure of the client says; null where it is none of the protocol's.</summary>
    public static Http2Failure? Of(Exception? failure)
    {
        for (var depth = 0; failure is not null && depth < 8; (failure, depth) = (failure.InnerException, depth + 1))
        {
            if (failure is not HttpProtocolException { ErrorCode: >= 0 and <= uint.MaxValue } ended)
                continue;
            var isOfStream = ended.Message.Contains(StreamReset, StringComparison.Ordinal);
            var isTargets = isOfStream || ended.Message.Contains(ConnectionClosed, StringComparison.Ordinal);
            return new Http2Failure((uint)ended.ErrorCode, isTargets ? "target" : "recorder", !isOfStream, ended);
        }
        return null;
    }
}

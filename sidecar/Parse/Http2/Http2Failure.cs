namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>Why a target's stream, or its whole connection, ended before its end, in the words of its protocol.</summary>
/// <param name="Code">The error code (RFC 9113 7).</param>
/// <param name="From">Who ended it: <c>target</c>, or <c>recorder</c> where what the target sent was no HTTP/2.</param>
/// <param name="IsOfConnection">Whether the connection ended with it.</param>
/// <param name="Cause">One object a connection: all its streams fail by the same.</param>
internal sealed record Http2Failure(uint Code, string From, bool IsOfConnection, Exception Cause)
{
    private const int MostDepth = 8;

    /// <summary>Whether it is recorded already, when the target said it (<see cref="KnownFrames"/>).</summary>
    public bool IsNoted => IsOfConnection && From == "target" && Code != Http2Codes.NoError;

    // the client has one exception for all three, and only its words differ; a test holds it to them
    private const string StreamReset = "reset the stream";
    private const string ConnectionClosed = "closed the connection";

    /// <summary>What the client would have said of a stream that the target refused, had it not tried again.</summary>
    public static IOException Refused() =>
        new("the request cannot be sent again", new HttpProtocolException(Http2Codes.RefusedStream, $"the target {StreamReset}", null));

    /// <summary>What a failure of the client says; null where it is none of the protocol's.</summary>
    public static Http2Failure? Of(Exception? failure) => Of(failure, MostDepth);

    private static Http2Failure? Of(Exception? failure, int depth)
    {
        if (failure is null || depth == 0)
            return null;
        // the request's side may fail by the same, and be told of first
        if (failure is AggregateException { InnerExceptions: var several })
            return several.Select(one => Of(one, depth - 1)).FirstOrDefault(found => found is not null);
        if (failure is not HttpProtocolException { ErrorCode: >= 0 and <= uint.MaxValue } ended)
            return Of(failure.InnerException, depth - 1);
        var isOfStream = ended.Message.Contains(StreamReset, StringComparison.Ordinal);
        var isTargets = isOfStream || ended.Message.Contains(ConnectionClosed, StringComparison.Ordinal);
        return new Http2Failure((uint)ended.ErrorCode, isTargets ? "target" : "recorder", !isOfStream, ended);
    }
}

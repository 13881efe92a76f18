namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>The first bytes of a connection whose client speaks HTTP/2 and knows that we do (RFC 9113 3.4).</summary>
internal static class Http2Preface
{
    private static ReadOnlySpan<byte> Bytes => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Complete: it is there. Invalid: it is something else.</summary>
    public static ParseStatus Look(ReadOnlySpan<byte> first)
    {
        var seen = Math.Min(first.Length, Bytes.Length);
        return !first[..seen].SequenceEqual(Bytes[..seen]) ? ParseStatus.Invalid
            : seen == Bytes.Length ? ParseStatus.Complete
            : ParseStatus.NeedMore;
    }
}

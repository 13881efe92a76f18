using K8sRecorder.Recording.Keys;

namespace K8sRecorder.Recording.Format;

/// <summary>Writes head lines.</summary>
internal static class HeadLine
{
    /// <summary>Writes the signed head with its line feed.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="session">The session the head is of.</param>
    /// <param name="size">Records covered.</param>
    /// <param name="root">Root of the tree of that size.</param>
    /// <param name="chunkCount">Chunks, including the one this head stands in.</param>
    /// <param name="previous">Name of the chunk before that one.</param>
    /// <param name="at">When.</param>
    /// <param name="reason">Why.</param>
    /// <param name="key">Whose key signs.</param>
    /// <param name="by">The session whose key signs where it is not the session's own; else default.</param>
    public static void Write(
        PooledBytes to, SessionId session, long size, ReadOnlySpan<byte> root, long chunkCount, string previous, DateTimeOffset at,
        HeadReason reason, SessionKey key, SessionId by)
    {
        using var signed = new PooledBytes();
        signed.Write("k8srecorder.io/head/1\n"u8);
        var start = signed.Length;
        signed.Write("{\"session\":"u8);
        JsonText.WriteString(signed, session.ToString());
        JsonText.WriteName(signed, "size");
        JsonText.WriteNumber(signed, size);
        signed.Write(",\"root\":\""u8);
        JsonText.WriteHex(signed, root);
        signed.Write("\",\"chunkCount\":"u8);
        JsonText.WriteNumber(signed, chunkCount);
        JsonText.WriteName(signed, "previousChunk");
        JsonText.WriteString(signed, previous);
        JsonText.WriteName(signed, "at");
        JsonText.WriteTime(signed, at);
        JsonText.WriteName(signed, "reason");
        JsonText.WriteString(signed, Text(reason));
        if (!by.IsEmpty)
        {
            JsonText.WriteName(signed, "by");
            JsonText.WriteString(signed, by.ToString());
        }

        signed.WriteByte((byte)'}');
        to.Write("{\"head\":"u8);
        to.Write(signed.Span[start..]);
        to.Write(",\"signature\":\""u8);
        JsonText.WriteBase64(to, key.Sign(signed.Span));
        to.Write("\"}\n"u8);
    }

    /// <summary>How the reason stands in the line.</summary>
    public static string Text(HeadReason reason) => reason switch
    {
        HeadReason.Interval => "interval",
        HeadReason.Size => "size",
        HeadReason.Flush => "flush",
        HeadReason.Closed => "closed",
        _ => "recovered",
    };
}

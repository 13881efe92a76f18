namespace K8sRecorder.Recording.Format;

/// <summary>Writes the close object: which chunk is the last, so that a cut tail of a closed session is seen.</summary>
internal static class CloseLine
{
    public static void Write(PooledBytes to, long size, DateTimeOffset at, string lastChunk)
    {
        to.Write("{\"size\":"u8);
        JsonText.WriteNumber(to, size);
        JsonText.WriteName(to, "at");
        JsonText.WriteTime(to, at);
        JsonText.WriteName(to, "lastChunk");
        JsonText.WriteString(to, lastChunk);
        to.Write("}\n"u8);
    }
}

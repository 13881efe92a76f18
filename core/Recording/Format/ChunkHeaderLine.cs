namespace K8sRecorder.Recording.Format;

/// <summary>Writes the first line of a chunk.</summary>
internal static class ChunkHeaderLine
{
    public static void Write(PooledBytes to, SessionId session, long firstSeq, string previous)
    {
        to.Write("{\"format\":"u8);
        JsonText.WriteString(to, FormatNames.Recording);
        JsonText.WriteName(to, "session");
        JsonText.WriteString(to, session.ToString());
        JsonText.WriteName(to, "firstSeq");
        JsonText.WriteNumber(to, firstSeq);
        JsonText.WriteName(to, "previous");
        JsonText.WriteString(to, previous);
        to.Write("}\n"u8);
    }
}

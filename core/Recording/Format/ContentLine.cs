using System.Text.Unicode;

namespace K8sRecorder.Recording.Format;

/// <summary>Writes content lines.</summary>
internal static class ContentLine
{
    /// <summary>Writes <c>{"part":n,"text":"…"}</c>, or <c>base64</c> where the bytes are not valid UTF-8, with its line feed.</summary>
    public static void Write(PooledBytes to, long part, ReadOnlySpan<byte> bytes)
    {
        to.Write("{\"part\":"u8);
        JsonText.WriteNumber(to, part);
        if (Utf8.IsValid(bytes))
        {
            to.Write(",\"text\":\""u8);
            JsonText.WriteEscaped(to, bytes);
        }
        else
        {
            to.Write(",\"base64\":\""u8);
            JsonText.WriteBase64(to, bytes);
        }

        to.Write("\"}\n"u8);
    }
}

using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>An answer of our own as bytes.</summary>
internal static class Http1Answer
{
    /// <summary>Head and body; the connection closes behind it.</summary>
    public static byte[] Whole(RecorderAnswer answer) => [.. Head(answer, closes: true), .. answer.Body.Span];

    public static byte[] Head(RecorderAnswer answer, bool closes) =>
        [.. answer.Head.Span, .. closes ? "Connection: close\r\n\r\n"u8 : "\r\n"u8];
}

using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>An answer of our own as bytes.</summary>
internal static class Http1Answer
{
    public static byte[] Head(RecorderAnswer answer, bool closes) =>
        [.. answer.Head.Span, .. closes ? "Connection: close\r\n\r\n"u8 : "\r\n"u8];
}

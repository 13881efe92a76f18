using System.Security.Cryptography;
using System.Text;

namespace K8sRecorder.Testing.Faults;

/// <summary>The answers that a <see cref="FaultProxy"/> gives by itself, as Azure words them.</summary>
internal static class FaultAnswers
{
    public static byte[] Of(ProxyFault fault, byte[] body) => fault switch
    {
        ProxyFault.Unavailable => Error(503, "ServerBusy", "The server is busy."),
        ProxyFault.UnavailableRetryAfter => Error(503, "ServerBusy", "The server is busy.", "Retry-After: 45\r\n"),
        ProxyFault.GatewayError => Answer(500, "text/html", "<html><body><h1>Bad gateway</h1></body></html>", ""),
        ProxyFault.WrongKey => Error(403, "AuthenticationFailed", "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly."),
        ProxyFault.Expired => Error(403, "AuthenticationFailed", "Signature not valid in the specified time frame: Expiry has passed."),
        ProxyFault.ClockSkew => Error(403, "AuthenticationFailed", "Request date header too old: 'Sat, 21 Nov 2026 09:00:00 GMT'", $"Date: {TimeProvider.System.GetUtcNow().AddHours(1):R}\r\n"),
        ProxyFault.Conflict => Error(409, "AccountBeingCreated", "The specified account is in the process of being created."),
        ProxyFault.TooLarge => Error(413, "RequestBodyTooLarge", "The request body is too large and exceeds the maximum permissible limit."),
        ProxyFault.Full => Error(507, "InsufficientStorage", "There is no room."),
        ProxyFault.ContainerGone => Error(404, "ContainerNotFound", "The specified container does not exist."),
        ProxyFault.CaptivePortal => Answer(200, "text/html", "<html><body><form>Please log in</form></body></html>", "ETag: nonsense\r\nLast-Modified: yesterday\r\n"),
        ProxyFault.AcknowledgeOnly => Acknowledgement(body),
        ProxyFault.Garbage => [0, 1, 2, 3, .. "\r\n\r\n<<<not HTTP>>>"u8, 0xff],
        ProxyFault.HangInAnswer => Encoding.ASCII.GetBytes("HTTP/1.1 201 Created\r\nContent-Length: 0\r\nx-ms-requ"),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "not an answer"),
    };

    private static byte[] Acknowledgement(byte[] body) => Encoding.ASCII.GetBytes(
        "HTTP/1.1 201 Created\r\nContent-Length: 0\r\nETag: \"0x8DD0A1B2C3D4E5F\"\r\nLast-Modified: Sat, 21 Nov 2026 10:00:00 GMT\r\n"
        + $"Content-MD5: {Convert.ToBase64String(Md5(body))}\r\nx-ms-request-server-encrypted: true\r\nx-ms-version: 2025-01-05\r\n"
        + $"x-ms-request-id: {Guid.NewGuid()}\r\nDate: Sat, 21 Nov 2026 10:00:00 GMT\r\nConnection: close\r\n\r\n");

    private static byte[] Error(int status, string code, string message, string headers = "") => Answer(
        status, "application/xml", $"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>",
        headers + $"x-ms-error-code: {code}\r\nx-ms-request-id: {Guid.NewGuid()}\r\nx-ms-version: 2025-01-05\r\n");

    private static byte[] Answer(int status, string type, string text, string headers) => Encoding.ASCII.GetBytes(
        $"HTTP/1.1 {status} Fault\r\nContent-Type: {type}\r\nContent-Length: {text.Length}\r\n{headers}Connection: close\r\n\r\n{text}");

#pragma warning disable CA5351 // Content-MD5 is Azure's, against damage on the way
    private static byte[] Md5(byte[] body) => MD5.HashData(body);
#pragma warning restore CA5351
}

using System.Text;

namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>An answer that the recorder gives itself. It says so: nobody is to look for its cause at the target.</summary>
internal sealed class RecorderAnswer
{
    public static readonly RecorderAnswer Unreachable = new(502, "Bad Gateway", "the target could not be reached");
    public static readonly RecorderAnswer BadAnswer = new(502, "Bad Gateway", "the target's answer broke off or was not HTTP");
    public static readonly RecorderAnswer BadBody = new(400, "Bad Request", "the request's body broke its own framing") { Closes = true };
    public static readonly RecorderAnswer LargeTrailers =
        new(431, "Request Header Fields Too Large", "the request's trailers are larger than 32 KiB or more than 1000") { Closes = true };

    public static readonly RecorderAnswer NotRecorded = new(503, "Service Unavailable", "this exchange cannot be recorded now, so it was not forwarded");
    public static readonly RecorderAnswer TooManyLarge = new(503, "Service Unavailable", "too many large heads are on their way") { Closes = true };
    public static readonly RecorderAnswer UpgradeRefused = new(501, "Not Implemented", "connection upgrades are not supported") { Closes = true };
    public static readonly RecorderAnswer TunnelRefused =
        new(501, "Not Implemented", "CONNECT and requests about the server itself (OPTIONS *) are not supported") { Closes = true };

    public RecorderAnswer(int status, string phrase, string reason)
        : this(status, phrase, reason, "text/plain", Encoding.ASCII.GetBytes($"k8srecorder: {reason}\n"), [])
    {
    }

    /// <summary>In the words of what the agent speaks.</summary>
    public RecorderAnswer(int status, string phrase, string reason, string contentType, byte[] body, IReadOnlyList<(string Name, string Value)> fields)
    {
        Status = status;
        Reason = reason;
        ContentType = contentType;
        Body = body;
        Fields = fields;
        var others = string.Concat(fields.Select(field => $"{field.Name}: {field.Value}\r\n"));
        Head = Encoding.ASCII.GetBytes($"HTTP/1.1 {status} {phrase}\r\nContent-Type: {contentType}\r\n{others}Content-Length: {body.Length}\r\n");
    }

    public int Status { get; }

    /// <summary>Whether the connection ends with it: what follows is nobody's, or meant for a tunnel that was not opened, and must not become requests.</summary>
    public bool Closes { get; init; }

    public string ContentType { get; }

    /// <summary>Fields beside those of the body.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields { get; }

    /// <summary>Stands in the body and as <c>error</c> in the record.</summary>
    public string Reason { get; }

    /// <summary>The head of it in HTTP/1.1, without the empty line at its end.</summary>
    public ReadOnlyMemory<byte> Head { get; }

    public ReadOnlyMemory<byte> Body { get; }
}

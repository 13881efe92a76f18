using System.Text;
using Xunit.Abstractions;

namespace K8sRecorder.Integration.Hostile;

/// <summary>
/// Requests that two readers could take for two things. Each is refused, and the target sees nothing of it: neither the request nor what was
/// hidden behind it.
/// </summary>
public sealed class MalformedRequestTests(ITestOutputHelper output)
{
    // What a smuggler hides: were it ever read as a request, the target would see this path.
    private const string Hidden = "GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n";

    private static readonly (string Name, int Status, string Request)[] Rows =
    [
        ("length and chunked", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Hidden}"),
        ("chunked and length", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n1e\r\n{Hidden}\r\n0\r\n\r\n"),
        ("two lengths", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nContent-Length: 35\r\n\r\n{Hidden}"),
        ("two equal lengths", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n{Hidden}"),
        ("list of lengths", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0, 35\r\n\r\n{Hidden}"),
        ("length with a sign", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: +0\r\n\r\n{Hidden}"),
        ("negative length", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n{Hidden}"),
        ("hexadecimal length", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0x10\r\n\r\n{Hidden}"),
        ("length beyond 64 bits", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551616\r\n\r\n{Hidden}"),
        ("empty length", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n\r\n{Hidden}"),
        ("length with a blank inside", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1 0\r\n\r\n{Hidden}"),
        ("other transfer coding", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n{Hidden}"),
        ("chunked not last", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{Hidden}"),
        ("chunked twice", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Hidden}"),
        ("misspelt chunked", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{Hidden}"),
        ("chunked with vertical tab", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n{Hidden}"),
        ("chunked in HTTP/1.0", 400, $"POST /x HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Hidden}"),
        ("blank before the colon", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length : 35\r\n\r\n{Hidden}"),
        ("tab before the colon", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n{Hidden}"),
        ("blank before the name", 400, $"POST /x HTTP/1.1\r\n Host: h\r\nContent-Length: 0\r\n\r\n{Hidden}"),
        ("folded line", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nX-A: b\r\n Content-Length: 35\r\n\r\n{Hidden}"),
        ("folded with a tab", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:\r\n\tchunked\r\n\r\n0\r\n\r\n{Hidden}"),
        ("bare line feed in the head", 400, $"POST /x HTTP/1.1\r\nHost: h\nContent-Length: 35\r\n\r\n{Hidden}"),
        ("bare line feed ends the head", 400, $"GET /x HTTP/1.1\r\nHost: h\r\nX: y\n\n{Hidden}"),
        ("bare carriage return", 400, $"GET /x HTTP/1.1\r\nHost: h\r\nX: a\rContent-Length: 35\r\n\r\n{Hidden}"),
        ("carriage return twice", 400, $"GET /x HTTP/1.1\r\nHost: h\r\r\n\r\n{Hidden}"),
        ("NUL in a value", 400, $"GET /x HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n{Hidden}"),
        ("NUL in a name", 400, $"GET /x HTTP/1.1\r\nHost: h\r\nX\0Y: a\r\n\r\n{Hidden}"),
        ("NUL in the target", 400, $"GET /x\0y HTTP/1.1\r\nHost: h\r\n\r\n{Hidden}"),
        ("delete in a value", 400, $"GET /x HTTP/1.1\r\nHost: h\r\nX: a\u007fb\r\n\r\n{Hidden}"),
        ("escape in a value", 400, $"GET /x HTTP/1.1\r\nHost: h\r\nX: \u001b[2J\r\n\r\n{Hidden}"),
        ("no name", 400, $"GET /x HTTP/1.1\r\nHost: h\r\n: a\r\n\r\n{Hidden}"),
        ("no colon", 400, $"GET /x HTTP/1.1\r\nHost: h\r\nX\r\n\r\n{Hidden}"),
        ("odd byte in a name", 400, $"GET /x HTTP/1.1\r\nHost: h\r\nX(y): a\r\n\r\n{Hidden}"),
        ("byte beyond ASCII in a name", 400, $"GET /x HTTP/1.1\r\nHost: h\r\nX\u00e4: a\r\n\r\n{Hidden}"),
        ("slash in a name", 400, $"GET /x HTTP/1.1\r\nHost: h\r\nX/Y: a\r\n\r\n{Hidden}"),
        ("no host", 400, $"GET /x HTTP/1.1\r\nX: y\r\n\r\n{Hidden}"),
        ("two hosts", 400, $"GET /x HTTP/1.1\r\nHost: h\r\nHost: other\r\n\r\n{Hidden}"),
        ("absolute target of another host", 400, $"GET http://other/x HTTP/1.1\r\nHost: h\r\n\r\n{Hidden}"),
        ("blank in the target", 400, $"GET /x /hidden HTTP/1.1\r\nHost: h\r\n\r\n{Hidden}"),
        ("two blanks behind the method", 400, $"GET  /x HTTP/1.1\r\nHost: h\r\n\r\n{Hidden}"),
        ("tab in the request line", 400, $"GET\t/x HTTP/1.1\r\nHost: h\r\n\r\n{Hidden}"),
        ("odd byte in the method", 400, $"GE(T /x HTTP/1.1\r\nHost: h\r\n\r\n{Hidden}"),
        ("no version", 400, $"GET /x\r\nHost: h\r\n\r\n{Hidden}"),
        ("unknown version", 505, $"GET /x HTTP/9.9\r\nHost: h\r\n\r\n{Hidden}"),
        ("version in lower case", 400, $"GET /x http/1.1\r\nHost: h\r\n\r\n{Hidden}"),
        ("version with a blank behind", 400, $"GET /x HTTP/1.1 \r\nHost: h\r\n\r\n{Hidden}"),
        ("TLS on a plain port", 400, "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003" + new string('x', 500) + "\r\n\r\n" + Hidden),
        ("another protocol", 400, $"SSH-2.0-OpenSSH_9.2\r\n{Hidden}"),
        ("half an HTTP/2 preface", 505, $"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n{Hidden}"),
        ("chunk size that is none", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n{Hidden}"),
        ("chunk size with a sign", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n{Hidden}"),
        ("chunk size with 0x", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n{Hidden}"),
        ("chunk size beyond 64 bits", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\n{Hidden}"),
        ("chunk size line with a bare line feed", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\n\r\n{Hidden}"),
        ("line feed in a chunk extension", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;a\nb\r\nx\r\n0\r\n\r\n{Hidden}"),
        ("chunk without its line end", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n0\r\n\r\n{Hidden}"),
        ("framing in a trailer", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 35\r\n\r\n{Hidden}"),
        ("trailer with a bare line feed", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\n\r\n{Hidden}"),
        ("trailer without a colon", 400, $"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX\r\n\r\n{Hidden}"),
    ];

    [Fact]
    public async Task Request_with_two_readings_is_refused_and_never_forwarded()
    {
        await using var siege = await Siege.StartAsync(output);
        var wrong = new List<string>();

        // once as one piece, once a byte at a time, once behind a good request on the same connection
        foreach (var (name, status, request) in Rows)
        {
            var bytes = Encoding.Latin1.GetBytes(request);
            var whole = await TryAsync(siege, "", bytes, bytes.Length);
            var pieces = await TryAsync(siege, "", bytes, 1);
            var behind = await TryAsync(siege, "GET /good HTTP/1.1\r\nHost: h\r\n\r\n", bytes, bytes.Length);
            if (whole != $"{status}" || pieces != $"{status}" || behind != $"200 {status}")
                wrong.Add($"{name}: {whole}; in pieces {pieces}; behind a good one {behind}; expected {status}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.DoesNotContain(siege.Target.Heads, head => head.Contains("/hidden", StringComparison.Ordinal));
        await siege.EndAsync($"{Rows.Length} malformed requests, three ways each");
    }

    /// <summary>The statuses of all answers until the connection ends, and whether each of ours says so in its text.</summary>
    private static async Task<string> TryAsync(Siege siege, string before, byte[] request, int piece)
    {
        using var peer = await siege.AttackAsync();
        await peer.SendAsync(before);
        for (var at = 0; at < request.Length; at += piece)
        {
            try
            {
                await peer.SendAsync(request.AsMemory(at, Math.Min(piece, request.Length - at)));
            }
            catch (System.Net.Sockets.SocketException)
            {
                break; // refused already
            }
        }
        var statuses = new List<string>();
        while (statuses.Count < 5)
        {
            var (status, body) = await peer.ReadAnswerAsync();
            if (status == 0)
                break;
            statuses.Add(status == 200 || body.StartsWith("k8srecorder: ", StringComparison.Ordinal) && body.EndsWith('\n') ? $"{status}" : $"{status} without words");
        }
        return string.Join(' ', statuses);
    }
}

using System.Globalization;
using System.Net;
using System.Text;
using K8sRecorder.Testing.Corpora;

namespace K8sRecorder.Soak.Memory;

/// <summary>Sends recorded model calls at a steady rate, a few connections in turn.</summary>
internal sealed class CallClient(IPEndPoint to, IReadOnlyList<RecordedExchange> calls) : IDisposable
{
    private const int Connections = 8;

    private static readonly string[] OfOneConnection =
        ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "content-length", "expect"];

    private readonly HttpWire?[] _wires = new HttpWire?[Connections];
    private readonly byte[][] _requests = [.. calls.Select(Request)];

    public static IEnumerable<KeyValuePair<string, string>> Sent(IEnumerable<KeyValuePair<string, string>> recorded) =>
        recorded.Where(static h => !OfOneConnection.Contains(h.Key, StringComparer.OrdinalIgnoreCase));

    /// <summary>Sends so many a second for so long; gives how many were answered.</summary>
    public async Task<int> RunAsync(int perSecond, TimeSpan time, CancellationToken ct)
    {
        var began = TimeProvider.System.GetTimestamp();
        var answered = 0;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(connection => Task.Run(
            async () =>
            {
                for (var n = connection; ; n += Connections)
                {
                    var due = TimeSpan.FromSeconds((double)n / perSecond);
                    if (due >= time)
                        return;
                    var wait = due - TimeProvider.System.GetElapsedTime(began);
                    if (wait > TimeSpan.Zero)
                        await Task.Delay(wait, ct);
                    await OneAsync(connection, n % calls.Count, ct);
                    Interlocked.Increment(ref answered);
                }
            },
            ct)));
        return answered;
    }

    public void Dispose()
    {
        foreach (var wire in _wires)
            wire?.Dispose();
    }

    private static byte[] Request(RecordedExchange call, int number)
    {
        var head = new StringBuilder($"{call.Method} /call/{number} HTTP/1.1\r\n");
        foreach (var (name, value) in Sent(call.RequestHeaders))
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        if (!call.RequestHeaders.Any(static h => h.Key.Equals("host", StringComparison.OrdinalIgnoreCase)))
            head.Append("Host: model\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {call.RequestBody.Length}\r\n\r\n");
        return [.. Encoding.Latin1.GetBytes(head.ToString()), .. call.RequestBody];
    }

    private async Task OneAsync(int connection, int call, CancellationToken ct)
    {
        var wire = _wires[connection] ??= await HttpWire.ConnectAsync(to, ct);
        await wire.SendAsync(_requests[call], ct);
        if (!await wire.ReadHeadAsync(ct))
            throw new EndOfStreamException("the connection was closed");
        if (calls[call].Method != "HEAD")
            await wire.ReadBodyAsync(null, ct);
    }
}

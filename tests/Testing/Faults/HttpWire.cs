using System.Net.Sockets;
using System.Text;

namespace K8sRecorder.Testing.Faults;

/// <summary>Just enough of HTTP/1.1 to take one request after the other off a connection.</summary>
internal sealed class HttpWire(Socket socket)
{
    private readonly List<byte> _ahead = [];

    public string Head { get; private set; } = "";

    public string Method => Head[..Head.IndexOf(' ', StringComparison.Ordinal)];

    public string Path => Head.Split(' ', 3)[1].Split('?')[0];

    public int ContentLength { get; private set; }

    /// <summary>Reads the next request's head; false at the end of the connection.</summary>
    public async Task<bool> ReadHeadAsync(CancellationToken stop)
    {
        int end;
        while ((end = IndexOfEnd()) < 0)
            if (!await ReceiveAsync(stop))
                return false;
        Head = Encoding.Latin1.GetString([.. _ahead[..end]]);
        _ahead.RemoveRange(0, end);
        var length = Head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        ContentLength = length is null ? 0 : int.Parse(length[15..], System.Globalization.CultureInfo.InvariantCulture);
        if (Head.Contains("100-continue", StringComparison.OrdinalIgnoreCase))
            await socket.SendAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), stop);
        return true;
    }

    /// <summary>Reads so much of the body.</summary>
    public async Task<byte[]> ReadBodyAsync(int count, CancellationToken stop)
    {
        while (_ahead.Count < count)
            if (!await ReceiveAsync(stop))
                throw new IOException("the request broke off");
        var body = _ahead[..count].ToArray();
        _ahead.RemoveRange(0, count);
        return body;
    }

    private async Task<bool> ReceiveAsync(CancellationToken stop)
    {
        var buffer = new byte[65536];
        var read = await socket.ReceiveAsync(buffer, stop);
        _ahead.AddRange(buffer.AsSpan(0, read));
        return read > 0;
    }

    private int IndexOfEnd()
    {
        var at = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_ahead).IndexOf("\r\n\r\n"u8);
        return at < 0 ? -1 : at + 4;
    }
}

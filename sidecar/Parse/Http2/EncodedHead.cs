using System.Buffers;
using System.Globalization;
using System.Text;
using K8sRecorder.Sidecar.Parse.Http;
using Microsoft.Extensions.Primitives;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// A head of HTTP/2, whose fields came decoded, as the bytes of a head of lines: what records it sees one form only. Field values are
/// Latin-1, one char a byte, as Kestrel and the client were told to hand them over.
/// </summary>
internal sealed class EncodedHead
{
    private ArrayBufferWriter<byte> _bytes = new();

    public HttpHead Head { get; } = new();

    public HttpHead Request(string method, string target, IHeaderDictionary headers)
    {
        Begin();
        Write(method);
        Write(" ");
        var targetAt = _bytes.WrittenCount;
        Write(target);
        var targetLength = _bytes.WrittenCount - targetAt;
        Write(" HTTP/2\r\n");
        Head.StartLine = new HttpStartLine(true, 0, targetAt - 1, targetAt, targetLength, targetAt + targetLength + 1, 6, _bytes.WrittenCount);
        return End(headers);
    }

    public HttpHead Response(int status, IHeaderDictionary headers)
    {
        Begin();
        Write("HTTP/2 ");
        Write(status.ToString("D3", CultureInfo.InvariantCulture));
        Write("\r\n");
        Head.Status = status;
        Head.StartLine = new HttpStartLine(false, 0, 6, 7, 3, 10, 0, _bytes.WrittenCount);
        return End(headers);
    }

    public HttpHead Trailers(IHeaderDictionary trailers)
    {
        Begin();
        return End(trailers);
    }

    /// <summary>Clear text does not stay.</summary>
    public void Clear()
    {
        if (_bytes.Capacity >= LargeHeads.From)
            _bytes = new ArrayBufferWriter<byte>();
        else
            _bytes.Clear();
        Head.Clear();
    }

    private void Begin() => Clear();

    private HttpHead End(IHeaderDictionary headers)
    {
        foreach (var (name, values) in headers)
        {
            if (!name.StartsWith(':'))
                Fields(name, values);
        }
        Write("\r\n");
        var bytes = _bytes.WrittenMemory;
        if (System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out var array))
            Head.Bind(array.Array!, array.Offset, array.Count);
        return Head;
    }

    private void Fields(string name, StringValues values)
    {
        foreach (var value in values)
        {
            var at = _bytes.WrittenCount;
            Write(name);
            var nameLength = _bytes.WrittenCount - at;
            var field = HttpFieldNames.Of(_bytes.WrittenSpan.Slice(at, nameLength));
            Write(": ");
            var valueAt = _bytes.WrittenCount;
            Write(value ?? "");
            var valueLength = _bytes.WrittenCount - valueAt;
            Write("\r\n");
            Head.Add(new HttpField(at, _bytes.WrittenCount - at, nameLength, valueAt, valueLength, field));
        }
    }

    private void Write(string latin1)
    {
        var span = _bytes.GetSpan(Math.Max(1, latin1.Length));
        _bytes.Advance(Encoding.Latin1.GetBytes(latin1, span));
    }
}

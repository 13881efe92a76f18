using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>
/// The target's response body on its way to the agent, the counterpart of <see cref="RequestTap"/>. Towards HTTP/1.1 agents it
/// writes the chunk framing itself where there is no Content-Length: Kestrel's own cannot carry trailers.
/// </summary>
internal sealed class ResponseTap(HttpExchange exchange) : Stream, IHttpResponseBodyFeature
{
    private static readonly byte[] Crlf = "\r\n"u8.ToArray();

    private IHttpResponseBodyFeature? _inner;
    private PipeWriter? _writer;
    private bool _chunked;
    private bool _ended;
    private long _left;

    public Stream Stream => this;

    public PipeWriter Writer => _writer ??= PipeWriter.Create(this, new StreamPipeWriterOptions(leaveOpen: true));

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    private IHttpResponseBodyFeature Inner => _inner ?? throw new InvalidOperationException("no exchange is open");

    public void Open(IHttpResponseBodyFeature inner)
    {
        _inner = inner;
        _writer = null;
        _chunked = false;
        _ended = false;
        _left = -1;
    }

    public void Release() => _inner = null;

    /// <summary>Decides the framing, once the response's fields are known and before they are sent.</summary>
    public void Frame(HttpResponse response, bool canBeChunked)
    {
        _left = response.ContentLength ?? -1;
        _ended = false;
        _chunked = canBeChunked && _left < 0;
        if (_chunked)
            response.Headers.TransferEncoding = "chunked";
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0)
            return;
        await exchange.RecordResponseAsync(buffer);
        if (_left > 0 && (_left -= buffer.Length) == 0)
            await EndAsync();
        if (!_chunked)
        {
            await Inner.Stream.WriteAsync(buffer, cancellationToken);
            return;
        }
        if (!exchange.ResponseHasStarted)
            await Inner.StartAsync(cancellationToken); // before that Kestrel's writer gives spans of the asked size only
        WriteChunk(Inner.Writer, buffer.Span);
        await Inner.Writer.FlushAsync(cancellationToken);
    }

    /// <summary>Writes past the recording: only what says that it does not take anything.</summary>
    public ValueTask WriteUnrecordedAsync(ReadOnlyMemory<byte> bytes) => Inner.Stream.WriteAsync(bytes);

    /// <summary>Sends the head; Kestrel's own start leaves it in the buffer.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await Inner.StartAsync(cancellationToken);
        await Inner.Writer.FlushAsync(cancellationToken);
    }

    /// <summary>The end of the response: recorded first, then sent.</summary>
    public async Task CompleteAsync()
    {
        await EndAsync();
        if (_chunked)
        {
            if (!exchange.ResponseHasStarted)
                await Inner.StartAsync();
            WriteLastChunk(Inner.Writer);
            await Inner.Writer.FlushAsync();
        }
        else if (exchange.ResponseTrailers.Count > 0 && exchange.Context.Features.Get<IHttpResponseTrailersFeature>() is { } trailers)
        {
            foreach (var (name, values) in exchange.ResponseTrailers)
                trailers.Trailers[name] = values;
        }
        await Inner.CompleteAsync();
    }

    public void DisableBuffering() => Inner.DisableBuffering();

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override Task FlushAsync(CancellationToken cancellationToken) => Inner.Stream.FlushAsync(cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    private static void WriteChunk(PipeWriter writer, ReadOnlySpan<byte> bytes)
    {
        var size = writer.GetSpan(16);
        Utf8Formatter.TryFormat(bytes.Length, size, out var digits, new StandardFormat('x'));
        Crlf.CopyTo(size[digits..]);
        writer.Advance(digits + 2);
        writer.Write(bytes);
        writer.Write(Crlf);
    }

    private void WriteLastChunk(PipeWriter writer)
    {
        writer.Write("0\r\n"u8);
        foreach (var (name, values) in exchange.ResponseTrailers)
        {
            foreach (var value in values)
            {
                writer.Write(Encoding.Latin1.GetBytes(name));
                writer.Write(": "u8);
                writer.Write(Encoding.Latin1.GetBytes(value ?? ""));
                writer.Write(Crlf);
            }
        }
        writer.Write(Crlf);
    }

    private ValueTask EndAsync()
    {
        if (_ended)
            return ValueTask.CompletedTask;
        _ended = true;
        return exchange.EndResponseAsync();
    }
}

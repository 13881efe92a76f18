using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>The target's response body on its way to the agent, the counterpart of <see cref="RequestTap"/>.</summary>
internal sealed class ResponseTap(Http2Exchange exchange) : Stream, IHttpResponseBodyFeature
{
    private IHttpResponseBodyFeature? _inner;
    private PipeWriter? _writer;
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
        _ended = false;
        _left = -1;
    }

    public void Release() => _inner = null;

    /// <summary>Takes the body's length (-1: not known), once the response's fields are there and before they are sent.</summary>
    public void Frame(long length)
    {
        _left = length;
        _ended = false;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0)
            return;
        var isLast = _left > 0 && (_left -= buffer.Length) == 0;
        await exchange.RecordResponseAsync(buffer, isLast);
        if (isLast)
            await EndAsync();
        await Inner.Stream.WriteAsync(buffer, cancellationToken);
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
        if (exchange.ResponseTrailers.Count > 0 && exchange.Context.Features.Get<IHttpResponseTrailersFeature>() is { } trailers)
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

    private ValueTask EndAsync()
    {
        if (_ended)
            return ValueTask.CompletedTask;
        _ended = true;
        return exchange.EndResponseAsync();
    }
}

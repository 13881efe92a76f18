using K8sRecorder.Masking.Detectors;
using K8sRecorder.Masking.Events;
using K8sRecorder.Masking.Fields;
using K8sRecorder.Masking.Lanes;
using System.Buffers;

namespace K8sRecorder.Masking.Output;

/// <summary>
/// One stream on its way: the bytes not given out yet, everybody who looks through them, and the queue that puts what they
/// find into the output. What is given out is limited by whoever still waits.
/// </summary>
internal sealed class Pipeline : IDisposable
{
    private const int Block = 4096;

    // Many a stream is a few bytes, and a connection that idles keeps two open: room grows with what comes.
    private const int Least = 512;

    private readonly RangeQueue _queue = new();
    private readonly TextLane _text;
    private readonly FieldTracker? _fields;
    private byte[] _source;
    private int _length;
    private long _taken;

    public Pipeline(DetectorSet set, MaskingShape shape, JsonPath[] paths)
    {
        _source = ArrayPool<byte>.Shared.Rent(Least);
        _text = new TextLane(set, _queue, 0, isSplit: false, room: Least) { Layers = 2, IsJson = shape is MaskingShape.Json or MaskingShape.EventStream };
        _fields = shape switch
        {
            MaskingShape.Url => new ParameterTracker(_queue, isUrl: true),
            MaskingShape.Json when paths.Length > 0 => new JsonTracker(_queue, paths),
            MaskingShape.EventStream => new EventLanes(set, _queue, new LineFraming()),
            MaskingShape.AwsEventStream => new EventLanes(set, _queue, new AwsMessageFraming()),
            MaskingShape.FormUrlEncoded => new ParameterTracker(_queue, isUrl: false),
            _ => null,
        };
    }

    /// <summary>Bytes taken and not given out.</summary>
    public int Pending => _length;

    /// <summary>Where ranges are reported that somebody else knows of.</summary>
    public RangeQueue Queue => _queue;

    public void Write(ReadOnlySpan<byte> clear, IBufferWriter<byte> masked, List<MaskedSpan> spans)
    {
        while (!clear.IsEmpty)
        {
            var block = clear[..Math.Min(Block, clear.Length)];
            Take(block);
            _text.Scan(WindowEnd.Open);
            Emit(masked, spans);
            _text.Trim();
            clear = clear[block.Length..];
        }
    }

    public void Complete(IBufferWriter<byte> masked, List<MaskedSpan> spans)
    {
        _text.Scan(WindowEnd.Closed);
        _fields?.Complete(_taken);
        Emit(masked, spans);
    }

    /// <summary>Makes it ready for another stream, with nothing of this one left.</summary>
    public void Restart()
    {
        _source.AsSpan().Clear();
        _length = 0;
        _taken = 0;
        _queue.Restart();
        _text.Restart(0);
        _fields?.Reset();
    }

    public void Dispose()
    {
        _text.Dispose();
        (_fields as IDisposable)?.Dispose();
        ArrayPool<byte>.Shared.Return(_source, clearArray: true);
        _source = [];
        _length = 0;
    }

    private void Take(ReadOnlySpan<byte> block)
    {
        if (_length + block.Length > _source.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(2 * (_length + block.Length));
            _source.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_source, clearArray: true);
            _source = larger;
        }

        block.CopyTo(_source.AsSpan(_length));
        _length += block.Length;
        _text.Append(block, _taken);
        _fields?.Feed(block, _taken);
        _taken += block.Length;
    }

    private void Emit(IBufferWriter<byte> masked, List<MaskedSpan> spans)
    {
        var decided = Math.Min(_taken, _text.Hold);
        if (_fields is not null)
            decided = Math.Min(decided, _fields.Hold);
        var before = _queue.Emitted;
        _queue.Emit(_source.AsSpan(0, _length), decided, masked, spans);
        var gone = (int)(_queue.Emitted - before);
        _length -= gone;
        _source.AsSpan(gone, _length).CopyTo(_source);
    }
}

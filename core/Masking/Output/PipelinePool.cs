using K8sRecorder.Masking.Detectors;
using K8sRecorder.Masking.Fields;

namespace K8sRecorder.Masking.Output;

/// <summary>A few pipelines of each shape kept for reuse: an exchange opens some dozens, most of them for a header.</summary>
internal sealed class PipelinePool(DetectorSet set, JsonPath[] paths)
{
    private const int Kept = 16;

    private readonly Pipeline?[][] _spare = [.. Enum.GetValues<MaskingShape>().Select(_ => new Pipeline?[Kept])];

    public Pipeline Rent(MaskingShape shape)
    {
        foreach (ref var slot in _spare[(int)shape].AsSpan())
        {
            if (slot is not null && Interlocked.Exchange(ref slot, null) is { } spare)
                return spare;
        }

        return new Pipeline(set, shape, paths);
    }

    public void Return(Pipeline pipeline, MaskingShape shape)
    {
        pipeline.Restart();
        foreach (ref var slot in _spare[(int)shape].AsSpan())
        {
            if (slot is null && Interlocked.CompareExchange(ref slot, pipeline, null) is null)
                return;
        }

        pipeline.Dispose();
    }
}

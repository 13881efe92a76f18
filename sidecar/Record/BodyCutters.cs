using K8sRecorder.Dialects;
using K8sRecorder.Masking;
using K8sRecorder.Recording.Parts;

namespace K8sRecorder.Sidecar.Record;

/// <summary>Chooses where a body is cut: JSON as a model call.</summary>
internal static class BodyCutters
{
    // below this a piece is not worth a reference (docs/recording-format.md, parts)
    private const int SmallBody = 512;

    public static IBodyCutter? For(MaskingShape shape, long expected) =>
        expected is >= 0 and < SmallBody ? null : shape == MaskingShape.Json ? new ModelCalls() : null;

    private sealed class ModelCalls : IBodyCutter
    {
        private readonly ModelCallCutter _cutter = new();

        public void Push(ReadOnlySpan<byte> bytes, List<long> cuts) => _cutter.Push(bytes, cuts);
    }
}

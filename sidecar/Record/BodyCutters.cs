using K8sRecorder.Masking;
using K8sRecorder.Recording.Parts;

namespace K8sRecorder.Sidecar.Record;

/// <summary>Chooses where a body is cut: JSON as a model call, anything else that is large by its content.</summary>
internal static class BodyCutters
{
    // below this a piece is not worth a reference (docs/recording-format.md, parts)
    private const int SmallBody = 512;

    public static IBodyCutter? For(MaskingShape shape, long expected) => shape switch
    {
        _ when expected is >= 0 and < SmallBody => null,
        MaskingShape.Json => new ModelCallPieces(),
        // an answer that is streamed does not come a second time in the same bytes
        MaskingShape.EventStream or MaskingShape.AwsEventStream => null,
        _ when expected is >= 0 and <= ContentDefinedCutter.MinPiece => null,
        _ => new ContentDefinedCutter(),
    };
}

using System.Buffers;
using K8sRecorder.Masking;
using K8sRecorder.Soak.SidecarKill.Oracle;

namespace K8sRecorder.Soak.SidecarKill.Judging;

/// <summary>
/// A message that was cut inside a secret ends with what the masker makes of the secret's first bytes, which is not what it makes of all of
/// it. There the masker itself is asked.
/// </summary>
internal static class CutSecret
{
    private static readonly MaskingEngine Engine = MaskingEngine.Create(new MaskingOptions());

    /// <summary>Whether the text is what the masker makes of so many of the message's first bytes.</summary>
    public static bool IsOne(SoakText expected, ReadOnlySpan<byte> text, int same, long clearBytes)
    {
        if (clearBytes < 0 || clearBytes > expected.Clear.Length || text.Length - same > 4096)
            return false;
        foreach (var shape in new[] { MaskingShape.Text, MaskingShape.Json, MaskingShape.EventStream })
        {
            var masked = new ArrayBufferWriter<byte>();
            Engine.Mask(shape, expected.Clear.Span[..(int)clearBytes], masked, []);
            if (masked.WrittenSpan.SequenceEqual(text))
                return true;
        }
        return false;
    }
}

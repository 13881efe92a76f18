using System.Buffers;
using K8sRecorder.Masking;
using K8sRecorder.Soak.SidecarKill.Oracle;

namespace K8sRecorder.Soak.SidecarKill.Judging;

/// <summary>Makes sure that what the soak expects of masking is what the masker does: else every run would fail for the wrong reason.</summary>
internal static class TextCheck
{
    public static void Run(Canaries canaries, Random random)
    {
        var engine = MaskingEngine.Create(new MaskingOptions());
        foreach (var (form, shape) in new[] { (TextForm.Plain, MaskingShape.Text), (TextForm.Json, MaskingShape.Json), (TextForm.Events, MaskingShape.EventStream) })
        {
            for (var n = 0; n < 8; n++)
            {
                var text = SoakText.Make($"check-{random.Next()}", form, random.Next(1, 40 << 10), canaries);
                var masked = new ArrayBufferWriter<byte>();
                engine.Mask(shape, text.Clear.Span, masked, []);
                if (!masked.WrittenSpan.SequenceEqual(text.Masked.Span) || text.ClearLengthOf(text.Masked.Length) != text.Clear.Length)
                    throw new InvalidOperationException($"the masker makes something else of {form} texts than the soak expects");
            }
        }
    }
}

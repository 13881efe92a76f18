using System.Buffers;
using System.Text;
using K8sRecorder.Masking;

namespace K8sRecorder.Soak.SidecarKill.Oracle;

/// <summary>The secrets of one store, which bodies carry and no disk may hold, each with the marker that the recording has in its place.</summary>
internal sealed class Canaries
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public Canaries(int seed)
    {
        var random = new Random(seed);
        var engine = MaskingEngine.Create(new MaskingOptions());
        All =
        [
            .. new[]
            {
                $"sk-ant-api03-{Letters(random, 93)}AA",
                $"AKIA{Letters(random, 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}",
                $"xoxb-{Letters(random, 12, "0123456789")}-{Letters(random, 12, "0123456789")}-{Letters(random, 24)}",
                $"sk-proj-{Letters(random, 74)}T3BlbkFJ{Letters(random, 74)}",
            }.Select(secret => new Canary(secret, Encoding.ASCII.GetBytes(secret), MarkerOf(engine, secret))),
        ];
    }

    public IReadOnlyList<Canary> All { get; }

    private static byte[] MarkerOf(MaskingEngine engine, string secret)
    {
        var masked = new ArrayBufferWriter<byte>();
        engine.Mask(MaskingShape.Text, Encoding.ASCII.GetBytes($"a {secret} b"), masked, []);
        var marker = masked.WrittenSpan[2..^2].ToArray();
        return marker.AsSpan().StartsWith("[MASKED:"u8)
            ? marker
            : throw new InvalidOperationException("a secret of the soak is none that the masker knows");
    }

    private static string Letters(Random random, int count, string alphabet = Base62) => new(random.GetItems<char>(alphabet, count));
}

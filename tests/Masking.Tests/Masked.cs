using System.Buffers;
using System.Text;

namespace K8sRecorder.Masking.Tests;

/// <summary>Masks texts whole or in pieces, for comparison.</summary>
internal static class Masked
{
    public static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    public static readonly MaskingEngine Default = MaskingEngine.Create(new MaskingOptions { TagKey = Key });

    public static Result Whole(string text, MaskingShape shape = MaskingShape.Text, MaskingEngine? engine = null) =>
        Run(Encoding.UTF8.GetBytes(text), shape, engine ?? Default, static (_, length) => length);

    public static Result Split(string text, int at, MaskingShape shape = MaskingShape.Text, MaskingEngine? engine = null) =>
        Run(Encoding.UTF8.GetBytes(text), shape, engine ?? Default, (done, length) => done < at ? at : length - done);

    public static Result ByteByByte(string text, MaskingShape shape = MaskingShape.Text, MaskingEngine? engine = null) =>
        Run(Encoding.UTF8.GetBytes(text), shape, engine ?? Default, static (_, _) => 1);

    /// <summary>Fails unless every two-way split and a feed byte by byte give what the whole gives.</summary>
    public static Result SameHoweverSplit(string text, MaskingShape shape = MaskingShape.Text, MaskingEngine? engine = null)
    {
        var whole = Whole(text, shape, engine);
        AssertSame(whole, ByteByByte(text, shape, engine), "byte by byte");
        for (var at = 1; at < Encoding.UTF8.GetByteCount(text); at++)
            AssertSame(whole, Split(text, at, shape, engine), $"split at {at}");
        return whole;
    }

    /// <summary>Masks bytes that are no text, so many at a time; the result has a character for each.</summary>
    public static Result Bytes(byte[] clear, MaskingShape shape, int size) => Run(clear, shape, Default, (_, _) => size, Encoding.Latin1);

    private static void AssertSame(Result whole, Result split, string how)
    {
        Assert.True(whole.Text == split.Text, $"{how}:\n{whole.Text}\n{split.Text}");
        Assert.Equal(whole.Spans, split.Spans);
    }

    private static Result Run(byte[] clear, MaskingShape shape, MaskingEngine engine, Func<int, int, int> next, Encoding? encoding = null)
    {
        var output = new ArrayBufferWriter<byte>();
        var spans = new List<MaskedSpan>();
        using var masker = engine.Open(shape);
        for (var at = 0; at < clear.Length;)
        {
            var length = Math.Min(next(at, clear.Length), clear.Length - at);
            masker.Write(clear.AsSpan(at, length), output, spans);
            at += length;
            Assert.InRange(masker.Pending, 0, Math.Min(at, 16 * 1024 + 4096 + 1));
        }

        masker.Complete(output, spans);
        Assert.Equal(0, masker.Pending);
        foreach (var span in spans)
            Assert.Equal($"[MASKED:{span.Detector}]", Encoding.UTF8.GetString(output.WrittenSpan.Slice((int)span.At, span.Length)));
        return new Result((encoding ?? Encoding.UTF8).GetString(output.WrittenSpan), spans);
    }

    public sealed record Result(string Text, List<MaskedSpan> Spans)
    {
        public string Detectors => string.Join(",", Spans.Select(s => s.Detector));
    }
}

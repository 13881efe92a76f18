using System.Buffers;
using System.Text;
using K8sRecorder.Masking;

namespace K8sRecorder.Integration.Corpora;

/// <summary>What the recording should hold of a text: masked here in one go, while the sidecar masked it as it arrived.</summary>
internal sealed record ExpectedText(byte[] Bytes, IReadOnlyList<MaskedSpan> Spans)
{
    public static ExpectedText Of(MaskingEngine engine, MaskingShape shape, byte[] clear)
    {
        var masked = new ArrayBufferWriter<byte>();
        var spans = new List<MaskedSpan>();
        engine.Mask(shape, clear, masked, spans);
        return new(masked.WrittenSpan.ToArray(), spans);
    }

    public static string OfHeader(MaskingEngine engine, string name, string value)
    {
        var masked = new ArrayBufferWriter<byte>();
        engine.MaskHeader(Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value), masked, []);
        return Encoding.UTF8.GetString(masked.WrittenSpan);
    }

    public static string OfTarget(MaskingEngine engine, string target) =>
        Encoding.UTF8.GetString(Of(engine, MaskingShape.Url, Encoding.Latin1.GetBytes(target)).Bytes);

    /// <summary>How a body of a media type is looked through.</summary>
    public static MaskingShape ShapeOf(IEnumerable<KeyValuePair<string, string>> headers)
    {
        var type = headers.FirstOrDefault(h => h.Key.Equals("content-type", StringComparison.OrdinalIgnoreCase)).Value ?? "";
        return type.Split(';')[0].Trim().ToLowerInvariant() switch
        {
            "text/event-stream" or "application/x-ndjson" or "application/jsonl" or "application/json-seq" => MaskingShape.EventStream,
            "application/vnd.amazon.eventstream" => MaskingShape.AwsEventStream,
            "application/x-www-form-urlencoded" => MaskingShape.FormUrlEncoded,
            "application/json" => MaskingShape.Json,
            var other when other.EndsWith("+json", StringComparison.Ordinal) => MaskingShape.Json,
            _ => MaskingShape.Text,
        };
    }
}

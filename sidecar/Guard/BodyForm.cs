using System.Buffers;
using System.Text;
using K8sRecorder.Sidecar.Mask;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Guard;

/// <summary>
/// What a request's fields say of the form of its body, which need not be so: a server may go by the bytes, so a body is read as what it
/// is said to be and as what it looks like.
/// </summary>
internal sealed class BodyForm
{
    /// <summary>What a coded body may become.</summary>
    private const int MaxDecoded = 64 << 20;

    private const int Piece = 64 << 10;

    private string? _coding;
    private bool _saysJson;
    private bool _saysGrpc;

    private BodyForm()
    {
    }

    /// <summary>Whether it has a content coding.</summary>
    public bool IsCoded => _coding is not null;

    /// <summary>Why no body of this form is read; null where it is.</summary>
    public string? Refusal { get; private set; }

    public static BodyForm Of(HttpHead head)
    {
        var form = new BodyForm();
        foreach (ref readonly var field in head.Fields)
        {
            var value = head.ValueOf(field);
            if (field.Name == HttpFieldName.ContentEncoding && value.Length > 0 && !HttpFieldNames.Is(value, "identity"u8))
            {
                if (form._coding is not null || ContentDecoder.NameOf(value) is not { } coding)
                    form.Refusal ??= GuardReason.Coding;
                else
                    form._coding = coding;
            }
            else if (field.Name == HttpFieldName.ContentType)
            {
                var type = Encoding.Latin1.GetString(value).ToLowerInvariant();
                form._saysJson |= type.Contains("json", StringComparison.Ordinal);
                form._saysGrpc = type.StartsWith("application/grpc", StringComparison.Ordinal) && head.CountOf(HttpFieldName.ContentType) == 1;
                if (!BodyText.IsReadCharset(type))
                    form.Refusal ??= GuardReason.Charset;
            }
        }
        return form;
    }

    /// <summary>What the beginning of a body without coding looks like; whatever is said to be JSON does.</summary>
    public BodyLook Look(ReadOnlySpan<byte> body, bool isWhole) => _saysJson ? BodyLook.Json : BodyText.Look(body, isWhole, _saysGrpc);

    /// <summary>Every JSON that it could be, as UTF-8. False, with the reason, where that cannot be found out.</summary>
    public bool TryRead(ReadOnlyMemory<byte> body, out List<ReadOnlyMemory<byte>> readings, out string refusal)
    {
        readings = [];
        refusal = GuardReason.Coding;
        if (_coding is not { } coding)
        {
            readings.Add(BodyText.ToUtf8(body));
            return true;
        }
        if (BodyText.Look(body.Span, isWhole: true, isGrpc: false) == BodyLook.Json)
            readings.Add(BodyText.ToUtf8(body)); // whoever does not heed the coding reads this
        using var decoder = ContentDecoder.Open(coding);
        if (!decoder.CouldBegin(body.Span[0]))
        {
            if (readings.Count == 0 && _saysJson)
                readings.Add(body);
            return true;
        }
        if (Decode(decoder, body, ref refusal) is not { } clear)
            return false;
        if (clear.Length > 0 && (_saysJson || BodyText.Look(clear.Span, isWhole: true, isGrpc: false) == BodyLook.Json))
            readings.Add(BodyText.ToUtf8(clear));
        return true;
    }

    private static ReadOnlyMemory<byte>? Decode(ContentDecoder decoder, ReadOnlyMemory<byte> body, ref string refusal)
    {
        var clear = new ArrayBufferWriter<byte>();
        for (var at = 0; at < body.Length; at += Piece)
        {
            if (!Push(decoder, body.Slice(at, Math.Min(Piece, body.Length - at)), clear, ref refusal))
                return null;
        }
        return Push(decoder, decoder.End(), clear, ref refusal) ? clear.WrittenMemory : null;
    }

    private static bool Push(ContentDecoder decoder, ReadOnlyMemory<byte> coded, ArrayBufferWriter<byte> clear, ref string refusal)
    {
        decoder.Push(coded);
        while (decoder.TryRead(clear.GetSpan(Piece), out var length))
        {
            clear.Advance(length);
            if (length == 0)
                return true;
            if (clear.WrittenCount <= MaxDecoded)
                continue;
            refusal = GuardReason.Size;
            return false;
        }
        return false;
    }
}

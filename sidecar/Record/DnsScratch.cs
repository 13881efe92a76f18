using System.Buffers;
using K8sRecorder.Masking;
using K8sRecorder.Recording.Parts;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Sidecar.Record;

/// <summary>Where the text of one record is made. One thread at a time.</summary>
internal sealed class DnsScratch(MaskingEngine masking)
{
    private const int Kept = 16 << 10;

    private readonly List<MaskedSpan> _found = [];
    private readonly List<ContentSpan> _spans = [];
    private ArrayBufferWriter<byte> _masked = new();

    /// <summary>Takes the clear text.</summary>
    public DnsTextWriter Text { get; } = new();

    /// <summary>Masks the text, sets it as a content field, and begins the next text.</summary>
    public void Set(RecordDraft draft, string field)
    {
        if (Text.Text.Length == 0)
            return;
        masking.Mask(MaskingShape.Text, Text.Text, _masked, _found);
        foreach (var span in _found)
            _spans.Add(new ContentSpan(span.At, span.Length, span.Detector, span.Tag));
        draft.SetContent(field, _masked.WrittenSpan, _spans);
        Clear();
    }

    public void Clear()
    {
        Text.Clear();
        _found.Clear();
        _spans.Clear();
        if (_masked.Capacity > Kept)
            _masked = new ArrayBufferWriter<byte>();
        else
            _masked.Clear();
    }
}

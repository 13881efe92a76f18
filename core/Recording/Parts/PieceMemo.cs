using System.Runtime.InteropServices;

namespace K8sRecorder.Recording.Parts;

/// <summary>
/// The keys of short pieces that came lately. Heads come again and again as they were, and to compare one costs a tenth of hashing it. A
/// piece is the same only where every byte and every span is: nothing here trusts a fingerprint. One thread at a time.
/// </summary>
internal sealed class PieceMemo
{
    /// <summary>Longer pieces are not remembered.</summary>
    public const int MaxLength = 1024;

    private const int Slots = 64;

    private readonly Slot[] _slots = new Slot[Slots];

    public bool TryGet(ReadOnlySpan<byte> piece, ReadOnlySpan<ContentSpan> spans, out PartKey key)
    {
        ref var slot = ref SlotOf(piece);
        key = slot.Key;
        return slot.Length == piece.Length && slot.Text is not null && piece.SequenceEqual(slot.Text.AsSpan(0, slot.Length))
            && spans.SequenceEqual(CollectionsMarshal.AsSpan(slot.Spans));
    }

    public void Set(ReadOnlySpan<byte> piece, ReadOnlySpan<ContentSpan> spans, PartKey key)
    {
        ref var slot = ref SlotOf(piece);
        slot.Text ??= new byte[MaxLength];
        slot.Spans ??= [];
        piece.CopyTo(slot.Text);
        slot.Length = piece.Length;
        slot.Spans.Clear();
        slot.Spans.AddRange(spans);
        slot.Key = key;
    }

    private ref Slot SlotOf(ReadOnlySpan<byte> piece)
    {
        var sample = (uint)piece.Length * 0x9E3779B1;
        // A dozen bytes from all over the piece: enough to keep the heads of a few connections apart.
        for (var i = 0; i < piece.Length; i += 1 + (piece.Length / 12))
            sample = (sample ^ piece[i]) * 0x01000193;
        return ref _slots[(sample ^ (sample >> 15)) % Slots];
    }

    private struct Slot
    {
        public byte[]? Text;
        public List<ContentSpan>? Spans;
        public int Length;
        public PartKey Key;
    }
}

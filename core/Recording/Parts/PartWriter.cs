using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using K8sRecorder.Recording.Format;

namespace K8sRecorder.Recording.Parts;

/// <summary>
/// Writes content as a part list into a record, and what is new of it as content lines beside it. Owns the part table and the part numbers of
/// a session. One thread at a time.
/// </summary>
/// <remarks>
/// A piece below <see cref="SmallPiece"/> is stored together with its new neighbours: a digest costs some 40 compressed bytes a part. The last
/// piece of a body stands alone: it is what follows the history of a conversation, and its neighbour changes with every turn.
/// </remarks>
internal sealed class PartWriter : IDisposable
{
    private const int SmallPiece = 256;
    private const int MergedLimit = 4096;
    private const int MaxRun = 63;
    private const int OneCall = 1024;

    private readonly byte[] _salt;
    private readonly PartTable _table;
    private readonly PieceMemo _memo = new();
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<int> _ends = [];
    private readonly List<PartKey> _keys = [];
    private readonly byte[] _digest = new byte[32];
    private long _rangeFrom = -1;
    private long _rangeTo;
    private bool _comma;

    public PartWriter(ReadOnlySpan<byte> salt, int knownParts, long nextPart)
    {
        _salt = salt.ToArray();
        _table = new PartTable(knownParts);
        NextPart = nextPart;
    }

    public long NextPart { get; private set; }

    public long Stored { get; private set; }

    public long Referred { get; private set; }

    /// <summary>Writes a part list.</summary>
    /// <param name="text">The masked bytes.</param>
    /// <param name="cuts">Where to cut; ascending.</param>
    /// <param name="spans">What was masked; ascending.</param>
    /// <param name="list">Gets the part list.</param>
    /// <param name="content">Gets the content lines.</param>
    /// <param name="masked">Gets the items of the record's <c>masked</c> list, each followed by a comma.</param>
    public void Write(
        ReadOnlySpan<byte> text, ReadOnlySpan<long> cuts, ReadOnlySpan<ContentSpan> spans,
        PooledBytes list, PooledBytes content, PooledBytes masked)
    {
        PieceCuts.Snap(text, cuts, spans, _ends);
        _keys.Clear();
        for (var i = 0; i < _ends.Count; i++)
            _keys.Add(KeyOf(text[Start(i).._ends[i]], SpansIn(spans, Start(i), _ends[i]), Start(i)));

        list.WriteByte((byte)'[');
        _comma = false;
        _rangeFrom = -1;
        for (var i = 0; i < _ends.Count;)
        {
            if (TryFind(i, out var part, out var pieces))
            {
                Refer(list, part);
                i += pieces;
                continue;
            }

            pieces = NewRun(i);
            Store(text, spans, i, pieces, list, content, masked);
            i += pieces;
        }

        EndRange(list);
        list.WriteByte((byte)']');
    }

    public void Dispose() => _hash.Dispose();

    private int Start(int piece) => piece == 0 ? 0 : _ends[piece - 1];

    private bool TryFind(int piece, out long part, out int pieces)
    {
        pieces = 1;
        if (!_table.TryGet(_keys[piece], out part, out var runs))
            return false;
        for (var length = Math.Min(MaxRun, _keys.Count - piece); runs != 0 && length > 1; length--)
        {
            if ((runs >> length & 1) == 0 || !_table.TryGet(RunKey(piece, length), out var run, out _) || run < 0)
                continue;
            (part, pieces) = (run, length);
            return true;
        }

        return part >= 0;
    }

    /// <summary>How many pieces from this one are stored as one part.</summary>
    private int NewRun(int piece)
    {
        var from = Start(piece);
        var next = piece + 1;
        while (next < _ends.Count - 1 && next - piece < MaxRun && _ends[next] - from <= MergedLimit
            && (_ends[next - 1] - from < SmallPiece || _ends[next] - Start(next) < SmallPiece)
            && !TryFind(next, out _, out _))
            next++;
        return next - piece;
    }

    private void Store(
        ReadOnlySpan<byte> text, ReadOnlySpan<ContentSpan> spans, int piece, int pieces,
        PooledBytes list, PooledBytes content, PooledBytes masked)
    {
        var (from, to) = (Start(piece), _ends[piece + pieces - 1]);
        var part = NextPart++;
        var bytes = text[from..to];
        var masks = SpansIn(spans, from, to);

        // The key of a piece without spans is its digest: large bodies are hashed once.
        if (pieces == 1 && masks.IsEmpty)
            _keys[piece].CopyTo(_digest);
        else
            Hash(bytes, _digest);
        EndRange(list);
        Comma(list);
        list.WriteByte((byte)'[');
        JsonText.WriteNumber(list, part);
        list.WriteByte((byte)',');
        JsonText.WriteNumber(list, bytes.Length);
        list.Write(",\""u8);
        JsonText.WriteBase64(list, _digest);
        list.Write("\"]"u8);
        ContentLine.Write(content, part, bytes);
        foreach (var span in masks)
            WriteMasked(masked, part, span, from, to);
        if (pieces == 1)
            _table.Set(_keys[piece], part);
        else
        {
            _table.SetRun(_keys[piece], pieces);
            _table.Set(RunKey(piece, pieces), part);
        }

        Stored++;
    }

    private static void WriteMasked(PooledBytes to, long part, in ContentSpan span, long from, long end)
    {
        to.Write("{\"part\":"u8);
        JsonText.WriteNumber(to, part);
        JsonText.WriteName(to, "at");
        JsonText.WriteNumber(to, Math.Max(span.At, from) - from);
        JsonText.WriteName(to, "len");
        JsonText.WriteNumber(to, Math.Min(span.At + span.Length, end) - Math.Max(span.At, from));
        JsonText.WriteName(to, "detector");
        JsonText.WriteString(to, span.Detector);
        if (span.Tag is { } tag)
        {
            JsonText.WriteName(to, "tag");
            JsonText.WriteString(to, tag);
        }

        to.Write("},"u8);
    }

    private void Refer(PooledBytes list, long part)
    {
        Referred++;
        if (_rangeFrom >= 0 && part == _rangeTo + 1)
        {
            _rangeTo = part;
            return;
        }

        EndRange(list);
        (_rangeFrom, _rangeTo) = (part, part);
    }

    private void EndRange(PooledBytes list)
    {
        if (_rangeFrom < 0)
            return;
        Comma(list);
        if (_rangeTo - _rangeFrom >= 2)
        {
            list.WriteByte((byte)'"');
            JsonText.WriteNumber(list, _rangeFrom);
            list.WriteByte((byte)'-');
            JsonText.WriteNumber(list, _rangeTo);
            list.WriteByte((byte)'"');
        }
        else
        {
            JsonText.WriteNumber(list, _rangeFrom);
            if (_rangeTo > _rangeFrom)
            {
                list.WriteByte((byte)',');
                JsonText.WriteNumber(list, _rangeTo);
            }
        }

        _rangeFrom = -1;
    }

    private void Comma(PooledBytes list)
    {
        if (_comma)
            list.WriteByte((byte)',');
        _comma = true;
    }

    private void Hash(ReadOnlySpan<byte> bytes, Span<byte> digest)
    {
        // One call into the platform instead of three: it is most of the cost of a small piece.
        if (bytes.Length <= OneCall)
        {
            Span<byte> salted = stackalloc byte[OneCall + 64];
            _salt.CopyTo(salted);
            bytes.CopyTo(salted[_salt.Length..]);
            SHA256.HashData(salted[..(_salt.Length + bytes.Length)], digest);
            return;
        }

        _hash.AppendData(_salt);
        _hash.AppendData(bytes);
        _hash.GetHashAndReset(digest);
    }

    /// <summary>
    /// Where something was masked, the spans belong to the key: two secrets leave the same text with different tags, and an agent may type a
    /// marker that a real one must not be taken for.
    /// </summary>
    private PartKey KeyOf(ReadOnlySpan<byte> piece, ReadOnlySpan<ContentSpan> spans, long origin)
    {
        // Heads and short bodies, which begin their content: the places of their spans are the same from text to text.
        var isShort = origin == 0 && piece.Length is > 0 and <= PieceMemo.MaxLength;
        if (isShort && _memo.TryGet(piece, spans, out var known))
            return known;
        var key = HashedKeyOf(piece, spans, origin);
        if (isShort)
            _memo.Set(piece, spans, key);
        return key;
    }

    private PartKey HashedKeyOf(ReadOnlySpan<byte> piece, ReadOnlySpan<ContentSpan> spans, long origin)
    {
        Hash(piece, _digest);
        if (!spans.IsEmpty)
        {
            _hash.AppendData(_salt);
            _hash.AppendData(_digest);
            foreach (var span in spans)
            {
                Span<long> place = [span.At - origin, span.Length, span.Detector.Length];
                _hash.AppendData(MemoryMarshal.AsBytes(place));
                _hash.AppendData(Encoding.UTF8.GetBytes(span.Detector + span.Tag));
            }

            _hash.GetHashAndReset(_digest);
        }

        return PartKey.From(_digest);
    }

    private PartKey RunKey(int piece, int pieces)
    {
        Span<byte> key = stackalloc byte[32];
        _hash.AppendData(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_keys).Slice(piece, pieces)));
        _hash.GetHashAndReset(key);
        return PartKey.From(key);
    }

    /// <summary>The spans that touch a range; they ascend.</summary>
    private static ReadOnlySpan<ContentSpan> SpansIn(ReadOnlySpan<ContentSpan> spans, long from, long to)
    {
        var first = FirstEndingAfter(spans, from);
        var end = first;
        while (end < spans.Length && spans[end].At < to)
            end++;
        return spans[first..end];
    }

    private static int FirstEndingAfter(ReadOnlySpan<ContentSpan> spans, long at)
    {
        var (low, high) = (0, spans.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (spans[middle].At + spans[middle].Length <= at)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}

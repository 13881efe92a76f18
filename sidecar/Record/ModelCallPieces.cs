using K8sRecorder.Dialects;
using K8sRecorder.Recording.Parts;

namespace K8sRecorder.Sidecar.Record;

/// <summary>Cuts a JSON body at the elements of a model call, and what is large between those cuts by its content.</summary>
internal sealed class ModelCallPieces : IBodyCutter
{
    private readonly ModelCallCutter _elements = new();
    private readonly ContentDefinedCutter _content = new();
    private readonly List<long> _found = [];
    private long _position;

    public void Push(ReadOnlySpan<byte> bytes, List<long> cuts)
    {
        _found.Clear();
        _elements.Push(bytes, _found);
        foreach (var cut in _found)
        {
            var piece = bytes[..(int)(cut - _position)];
            _content.Push(piece, cuts);
            _content.Begin();
            Add(cut, cuts);
            bytes = bytes[piece.Length..];
            _position = cut;
        }

        _content.Push(bytes, cuts);
        _position += bytes.Length;
    }

    // Both may cut at the same place.
    private static void Add(long cut, List<long> cuts)
    {
        if (cuts.Count == 0 || cuts[^1] < cut)
            cuts.Add(cut);
    }
}

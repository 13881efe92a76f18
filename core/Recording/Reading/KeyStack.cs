using System.IO.Hashing;

namespace K8sRecorder.Recording.Reading;

/// <summary>The keys of the objects that a reader is in, to see one that stands twice.</summary>
internal sealed class KeyStack
{
    // By a 128-bit hash: a collision would need two keys made for it in one signed record, and would only be called a repetition.
    private readonly List<UInt128> _keys = [];
    private readonly List<int> _frames = [];
    private int _total;

    public void Clear()
    {
        _keys.Clear();
        _frames.Clear();
        _total = 0;
    }

    public void Enter() => _frames.Add(_keys.Count);

    /// <summary>Leaves an item of a list that may be long and whose items have few keys each: they do not count into the total.</summary>
    public void LeaveItem()
    {
        var before = _keys.Count;
        Leave();
        _total -= before - _keys.Count;
    }

    public void Leave()
    {
        if (_frames.Count == 0)
            return;
        _keys.RemoveRange(_frames[^1], _keys.Count - _frames[^1]);
        _frames.RemoveAt(_frames.Count - 1);
    }

    public bool Add(ReadOnlySpan<byte> key)
    {
        var hash = XxHash128.HashToUInt128(key);
        var frame = _frames.Count == 0 ? 0 : _frames[^1];
        // Quadratic in the keys of one object, which are a handful; the bound on the total keeps a hostile record cheap.
        if (++_total > ReadLimits.Keys || _keys.IndexOf(hash, frame) >= 0)
            return false;
        _keys.Add(hash);
        return true;
    }
}

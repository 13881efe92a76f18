using K8sRecorder.Masking.Lanes;
using K8sRecorder.Masking.Output;

namespace K8sRecorder.Masking.Fields;

/// <summary>
/// Follows a JSON document as it arrives and masks what stands at the policy's paths: of a string its content, of anything
/// else the whole value, with quotes around the marker. Does not validate; what is no JSON has no paths.
/// </summary>
internal sealed class JsonTracker : FieldTracker
{
    private const int MaxName = 256;

    private readonly JsonPath[] _paths;
    private readonly OpenValue _value;
    private readonly ulong[] _alive = new ulong[JsonPath.MaxSteps + 2];
    private readonly int[] _index = new int[JsonPath.MaxSteps + 2];
    private readonly bool[] _isObject = new bool[JsonPath.MaxSteps + 2];
    private readonly byte[] _name = new byte[MaxName];
    private int _nameLength;
    private int _depth;
    private ulong _next;
    private bool _wantsName;
    private bool _isName;
    private bool _inString;
    private bool _isEscaped;
    private bool _inScalar;
    private int _maskedDepth;

    public JsonTracker(RangeQueue queue, JsonPath[] paths)
    {
        _paths = paths;
        _value = new OpenValue(queue, "json-path");
        Reset();
    }

    /// <summary>Most paths at once: one bit each.</summary>
    public const int MaxPaths = 64;

    public override long Hold => _value.Hold;

    private ulong Every => _paths.Length == MaxPaths ? ulong.MaxValue : (1UL << _paths.Length) - 1;

    public override void Reset()
    {
        _depth = 0;
        _next = Every;
        _wantsName = _isName = _inString = _isEscaped = _inScalar = false;
        _maskedDepth = -1;
        _value.Reset();
    }

    public override void Complete(long at)
    {
        if (_value.IsOpen)
            _value.Close(at);
    }

    public override void Feed(ReadOnlySpan<byte> source, long at)
    {
        for (var i = 0; i < source.Length;)
        {
            if (_inString)
            {
                i = TakeString(source, i, at);
                continue;
            }

            var b = source[i];
            if (_inScalar && b is (byte)',' or (byte)'}' or (byte)']' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                EndScalar(at + i);
            Take(b, at + i);
            if (_value.IsOpen && !(_inString && _maskedDepth < 0))
                _value.Feed(source.Slice(i, 1), at + i);
            i++;
        }
    }

    private void Take(byte b, long at)
    {
        switch (b)
        {
            case (byte)'"':
                _inString = true;
                _isName = _wantsName;
                _nameLength = 0;
                if (!_isName && IsMasked() && _maskedDepth < 0)
                    _value.Open(at + 1);
                break;
            case (byte)'{' or (byte)'[':
                Open(b == '{', at);
                break;
            case (byte)'}' or (byte)']':
                Close(at);
                break;
            case (byte)',':
                Separate();
                break;
            case (byte)':' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                break;
            default:
                if (!_inScalar && _maskedDepth < 0 && IsMasked())
                    _value.Open(at, isQuoted: true);
                _inScalar = true;
                break;
        }
    }

    private int TakeString(ReadOnlySpan<byte> source, int from, long at)
    {
        var i = from;
        if (_isEscaped)
        {
            _isEscaped = false;
            i++;
        }

        var stop = source[i..].IndexOfAny((byte)'"', (byte)'\\');
        i = stop < 0 ? source.Length : i + stop;
        var isOver = i < source.Length && source[i] == '"';
        if (!isOver && i < source.Length)
        {
            _isEscaped = true;
            i++;
        }

        var content = source[from..i];
        if (_isName)
            AddToName(content);
        if (_value.IsOpen)
            _value.Feed(_maskedDepth >= 0 && isOver ? source[from..(i + 1)] : content, at + from);
        if (!isOver)
            return i;
        _inString = false;
        if (_isName)
            EndName();
        else if (_value.IsOpen && _maskedDepth < 0)
            _value.Close(at + i);
        return i + 1;
    }

    private void Open(bool isObject, long at)
    {
        if (_maskedDepth < 0 && IsMasked())
        {
            _maskedDepth = _depth;
            _value.Open(at, isQuoted: true);
        }

        var alive = _next;
        _depth++;
        if (_depth < _alive.Length)
        {
            _alive[_depth] = alive;
            _isObject[_depth] = isObject;
            _index[_depth] = 0;
        }

        _wantsName = isObject;
        _next = 0;
        if (!isObject)
            TakeIndex();
    }

    private void Close(long at)
    {
        _depth = Math.Max(0, _depth - 1);
        _wantsName = false;
        _next = _depth == 0 ? Every : 0;
        if (_maskedDepth >= 0 && _depth <= _maskedDepth)
        {
            _maskedDepth = -1;
            _value.Close(at + 1);
        }
    }

    private void Separate()
    {
        _next = 0;
        if (_depth == 0 || _depth >= _alive.Length)
            return;
        _wantsName = _isObject[_depth];
        if (_wantsName)
            return;
        _index[_depth]++;
        TakeIndex();
    }

    private void TakeIndex()
    {
        if (_depth >= _alive.Length)
            return;
        for (var p = 0; p < _paths.Length; p++)
        {
            if (IsAlive(p) && _paths[p].TakesIndex(_depth - 1, _index[_depth]))
                _next |= 1UL << p;
        }
    }

    private void EndName()
    {
        _wantsName = false;
        _isName = false;
        _next = 0;
        if (_depth >= _alive.Length)
            return;
        var name = Decode();
        for (var p = 0; p < _paths.Length; p++)
        {
            if (IsAlive(p) && _paths[p].TakesName(_depth - 1, name))
                _next |= 1UL << p;
        }
    }

    private void EndScalar(long at)
    {
        _inScalar = false;
        if (_maskedDepth < 0 && _value.IsOpen)
            _value.Close(at);
    }

    /// <summary>Whether the way to the container we are in is the beginning of a path that goes on.</summary>
    private bool IsAlive(int path) => (_alive[_depth] >> path & 1) == 1 && _paths[path].Length >= _depth;

    private bool IsMasked()
    {
        for (var p = 0; p < _paths.Length; p++)
        {
            if ((_next >> p & 1) == 1 && _paths[p].Length == _depth)
                return true;
        }

        return false;
    }

    private void AddToName(ReadOnlySpan<byte> bytes)
    {
        var known = Math.Min(bytes.Length, MaxName - _nameLength);
        bytes[..known].CopyTo(_name.AsSpan(_nameLength));
        _nameLength += known;
    }

    private ReadOnlySpan<byte> Decode()
    {
        var length = 0;
        Span<byte> text = stackalloc byte[4];
        for (var i = 0; i < _nameLength;)
        {
            if (_name[i] != '\\')
            {
                _name[length++] = _name[i++];
                continue;
            }

            // Decoded text is never longer than its source: it can be written where it stood.
            i += Unescaper.Decode(_name.AsSpan(i, Math.Min(6, _nameLength - i)), last: true, text, out var decoded, out _);
            text[..decoded].CopyTo(_name.AsSpan(length));
            length += decoded;
        }

        return _name.AsSpan(0, length);
    }
}

using System.Buffers;
using K8sRecorder.Dialects.Cutting;

namespace K8sRecorder.Dialects;

/// <summary>
/// Says where the JSON body of a model call is to be cut so that what an agent resends on every turn falls into the same pieces.
/// </summary>
/// <remarks>
/// In the top-level object the arrays <c>messages</c>, <c>input</c>, <c>contents</c> and <c>system</c> are cut behind the opening
/// bracket and behind every element: comma and white space belong to the front of the following element, and the closing bracket to
/// what follows the list. <c>tools</c>, <c>toolConfig</c> and <c>systemInstruction</c> are one piece, for they practically never
/// change within a conversation; so are those of the first group that are no arrays.
///
/// A scanner, not a validator: constant state, one pass, the same cuts for any split of the bytes, and each cut lies at or behind
/// everything pushed before, so a caller never has to look back. Bytes that are no JSON object get no cuts. Not thread-safe.
/// </remarks>
public sealed class ModelCallCutter
{
    private static readonly SearchValues<byte> StringEnds = SearchValues.Create("\"\\"u8);
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> ScalarEnds = SearchValues.Create(",]} \t\r\n"u8);

    private readonly byte[] _name = new byte[CutterLimits.MaxName];
    private int _nameLength;
    private bool _nameEscaped;
    private State _state = State.Start;
    private bool _inList;
    private CutRule _rule;
    private int _depth;
    private bool _inString;
    private bool _escaped;
    private long _position;
    private long _lastCut;
    private long _valueAt;
    private long _wholeLength;
    private int _count;

    private enum State : byte
    {
        Start, FirstName, Name, InName, Colon, Value, FirstElement, Element, InString, InNested, InScalar, AfterValue, Off,
    }

    /// <summary>Bytes seen so far.</summary>
    public long Position => _position;

    /// <summary>Whether the body has a member that a model call has, so that the cuts mean something.</summary>
    public bool IsModelCall { get; private set; }

    /// <summary>Makes the cutter ready for another body.</summary>
    public void Reset()
    {
        _state = State.Start;
        _inList = _inString = _escaped = _nameEscaped = IsModelCall = false;
        _rule = CutRule.None;
        _nameLength = _depth = _count = 0;
        _position = _lastCut = _valueAt = _wholeLength = 0;
    }

    /// <summary>Takes the next bytes and adds the cuts found in them.</summary>
    /// <param name="bytes">The bytes that follow those of the call before.</param>
    /// <param name="cuts">Receives offsets from the start of the body, ascending; a cut lies before the byte at that offset.</param>
    public void Push(ReadOnlySpan<byte> bytes, List<long> cuts)
    {
        ArgumentNullException.ThrowIfNull(cuts);
        var start = _position;
        var at = 0;
        while (at < bytes.Length && _state != State.Off)
        {
            var rest = bytes[at..];
            at += _state switch
            {
                State.InName => ScanName(rest),
                State.InString => ScanString(rest, cuts),
                State.InNested => ScanNested(rest, cuts),
                State.InScalar => ScanScalar(rest, cuts),
                _ => Step(rest[0], cuts),
            };
            _position = start + at;
        }

        _position = start + bytes.Length;
    }

    private int Step(byte value, List<long> cuts)
    {
        if (value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            return 1;
        switch (_state)
        {
            case State.Start when value == '{':
                _state = State.FirstName;
                return 1;
            case State.FirstName or State.Name when value == '"':
                _state = State.InName;
                _nameLength = 0;
                _nameEscaped = _escaped = false;
                return 1;
            case State.Colon when value == ':':
                _state = State.Value;
                return 1;
            case State.Value or State.FirstElement or State.Element when value is not ((byte)',' or (byte)':' or (byte)'}' or (byte)']'):
                return BeginValue(value, cuts);
            case State.AfterValue when value == ',':
                _state = _inList ? State.Element : State.Name;
                if (_wholeLength >= CutterLimits.MinWhole)
                    Cut(_position + 1, 1, cuts);
                _wholeLength = 0;
                return 1;
            case State.AfterValue or State.FirstElement when value == ']' && _inList:
                _inList = false;
                _state = State.AfterValue;
                return 1;
            default:
                // Also the end of the top-level object: what follows it is not ours.
                _state = State.Off;
                return 1;
        }
    }

    private int BeginValue(byte first, List<long> cuts)
    {
        var atTop = !_inList;
        if (atTop && _rule == CutRule.Elements && first == '[')
        {
            _inList = true;
            _state = State.FirstElement;
            Cut(_position + 1, CutterLimits.MinTidyPiece, cuts);
            return 1;
        }

        _valueAt = _position;
        if (atTop && _rule != CutRule.None)
            Cut(_position, CutterLimits.MinTidyPiece, cuts);
        switch (first)
        {
            case (byte)'"':
                _state = State.InString;
                return 1;
            case (byte)'{' or (byte)'[':
                _state = State.InNested;
                _depth = 1;
                _inString = false;
                return 1;
            default:
                _state = State.InScalar;
                return 0;
        }
    }

    private int ScanName(ReadOnlySpan<byte> bytes)
    {
        var end = _escaped ? 0 : bytes.IndexOfAny(StringEnds);
        var take = end < 0 ? bytes.Length : end;
        var room = Math.Min(take, CutterLimits.MaxName - _nameLength);
        bytes[..room].CopyTo(_name.AsSpan(_nameLength));
        _nameLength += room;
        _nameEscaped |= room < take;
        if (end < 0)
            return take;
        if (_escaped)
        {
            _escaped = false;
            return 1;
        }

        if (bytes[end] == '\\')
        {
            _escaped = _nameEscaped = true;
            return end + 1;
        }

        _rule = _nameEscaped ? CutRule.None : RuleOf(_name.AsSpan(0, _nameLength));
        IsModelCall |= _rule != CutRule.None;
        _state = State.Colon;
        return end + 1;
    }

    private int ScanString(ReadOnlySpan<byte> bytes, List<long> cuts)
    {
        var taken = PassString(bytes, out var ended);
        if (ended)
            EndValue(_position + taken, isNested: false, cuts);
        return taken;
    }

    /// <summary>Passes over the inside of a string, up to and including its closing quote if that is here.</summary>
    private int PassString(ReadOnlySpan<byte> bytes, out bool ended)
    {
        ended = false;
        var at = 0;
        if (_escaped)
        {
            _escaped = false;
            at = 1;
        }

        while (true)
        {
            var found = bytes[at..].IndexOfAny(StringEnds);
            if (found < 0)
                return bytes.Length;
            at += found + 1;
            if (bytes[at - 1] == '"')
            {
                ended = true;
                return at;
            }

            if (at == bytes.Length)
            {
                _escaped = true;
                return at;
            }

            at++;
        }
    }

    private int ScanNested(ReadOnlySpan<byte> bytes, List<long> cuts)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            if (_inString)
            {
                at += PassString(bytes[at..], out var ended);
                _inString = !ended;
                continue;
            }

            var found = bytes[at..].IndexOfAny(Structure);
            if (found < 0)
                return bytes.Length;
            at += found + 1;
            switch (bytes[at - 1])
            {
                case (byte)'"':
                    _inString = true;
                    break;
                case (byte)'{' or (byte)'[':
                    if (++_depth > CutterLimits.MaxDepth)
                    {
                        _state = State.Off;
                        return at;
                    }

                    break;
                default:
                    if (--_depth == 0)
                    {
                        EndValue(_position + at, isNested: true, cuts);
                        return at;
                    }

                    break;
            }
        }

        return at;
    }

    private int ScanScalar(ReadOnlySpan<byte> bytes, List<long> cuts)
    {
        var end = bytes.IndexOfAny(ScalarEnds);
        if (end < 0)
            return bytes.Length;
        EndValue(_position + end, isNested: false, cuts);
        return end;
    }

    private void EndValue(long end, bool isNested, List<long> cuts)
    {
        _state = State.AfterValue;
        if (_inList)
            Cut(end, isNested ? 1 : CutterLimits.MinTidyPiece, cuts);
        else
            _wholeLength = _rule == CutRule.None ? 0 : end - _valueAt;
    }

    private void Cut(long at, int least, List<long> cuts)
    {
        if (at - _lastCut < least)
            return;
        if (++_count > CutterLimits.MaxCuts)
        {
            _state = State.Off;
            return;
        }

        _lastCut = at;
        cuts.Add(at);
    }

    private static CutRule RuleOf(ReadOnlySpan<byte> name) => name switch
    {
        _ when name.SequenceEqual("messages"u8) || name.SequenceEqual("input"u8)
            || name.SequenceEqual("contents"u8) || name.SequenceEqual("system"u8) => CutRule.Elements,
        _ when name.SequenceEqual("tools"u8) || name.SequenceEqual("toolConfig"u8)
            || name.SequenceEqual("systemInstruction"u8) || name.SequenceEqual("system_instruction"u8)
            || name.SequenceEqual("instructions"u8) || name.SequenceEqual("prompt"u8) => CutRule.Whole,
        _ => CutRule.None,
    };
}

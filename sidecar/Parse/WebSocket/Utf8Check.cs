using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace K8sRecorder.Sidecar.Parse.WebSocket;

/// <summary>Whether a text that comes in pieces is UTF-8; characters may be cut anywhere (RFC 6455 8.1).</summary>
internal struct Utf8Check
{
    private uint _cut; // the bytes of a character that is not all there, the first the lowest
    private int _cutLength;

    /// <summary>Whether some of the bytes so far cannot be UTF-8, whatever follows.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether what came is whole and right.</summary>
    public readonly bool IsWhole => !IsBroken && _cutLength == 0;

    public void Push(ReadOnlySpan<byte> text)
    {
        if (IsBroken)
            return;
        Span<byte> character = stackalloc byte[4];
        while (_cutLength > 0 && text.Length > 0)
        {
            _cut |= (uint)text[0] << (_cutLength++ * 8);
            text = text[1..];
            for (var i = 0; i < _cutLength; i++)
                character[i] = (byte)(_cut >> (i * 8));
            var status = Rune.DecodeFromUtf8(character[.._cutLength], out _, out _);
            if (status == OperationStatus.NeedMoreData)
                continue;
            (_cut, _cutLength) = (0, 0);
            IsBroken = status != OperationStatus.Done;
            if (IsBroken)
                return;
        }
        if (Utf8.IsValid(text))
            return;
        for (var tail = 1; tail <= Math.Min(3, text.Length); tail++)
        {
            var end = text[^tail..];
            if ((end[0] & 0xc0) == 0x80)
                continue; // inside a character
            if (Rune.DecodeFromUtf8(end, out _, out _) == OperationStatus.NeedMoreData && Utf8.IsValid(text[..^tail]))
            {
                for (var i = 0; i < tail; i++)
                    _cut |= (uint)end[i] << (i * 8);
                _cutLength = tail;
                return;
            }
            break;
        }
        IsBroken = true;
    }
}

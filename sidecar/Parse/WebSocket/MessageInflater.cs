using System.Buffers;
using System.IO.Compression;
using K8sRecorder.Sidecar.Mask;

namespace K8sRecorder.Sidecar.Parse.WebSocket;

/// <summary>
/// Inflates the compressed messages of one direction for the recording (RFC 7692 7.2.2), with what earlier messages left behind where the ends
/// agreed on that. Bounded like <see cref="ContentDecoder"/>. What it could not follow to its end it cannot go on from.
/// </summary>
/// <param name="forgets">Whether every message begins anew.</param>
internal sealed class MessageInflater(bool forgets) : IBodyDecoder
{
    private static readonly byte[] Tail = [0x00, 0x00, 0xff, 0xff];

    private readonly PushedBytes _pushed = new(holdsLastMagic: false);
    private DeflateStream? _inflating;
    private DecodingBound _bound;
    private bool _isLast;
    private bool _isLost;

    /// <summary>Whether the next message can be inflated.</summary>
    public bool CanBegin => forgets || !_isLost;

    public bool CouldBegin(byte first) => true;

    /// <summary>A message begins.</summary>
    public void Begin()
    {
        _bound = default;
        _isLast = false;
        _isLost &= !forgets;
    }

    /// <summary>What is pushed next is the end of the message.</summary>
    public void ExpectLast() => _isLast = true;

    public void Push(ReadOnlyMemory<byte> coded)
    {
        _bound.Add(coded.Length);
        _inflating ??= new DeflateStream(_pushed, CompressionMode.Decompress, leaveOpen: true);
        _pushed.Push(coded);
    }

    public bool TryRead(Span<byte> clear, out int length)
    {
        length = 0;
        if (_isLost || _inflating is null)
            return !_isLost;
        try
        {
            length = _inflating.Read(clear);
            if (length == 0 && _isLast)
            {
                _isLast = false;
                _pushed.Push(Tail);
                length = _inflating.Read(clear);
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException or InvalidOperationException)
        {
            _isLost = true;
            return false;
        }
        _isLost = !_bound.Allows(length);
        return !_isLost;
    }

    public ReadOnlyMemory<byte> End() => ReadOnlyMemory<byte>.Empty;

    /// <summary>Follows what is left of a message that is not recorded any more, for the messages that build on it.</summary>
    /// <param name="coded">What was not pushed yet.</param>
    public async ValueTask SkipAsync(ReadOnlyMemory<byte> coded)
    {
        if (_isLost)
            return;
        if (coded.Length > 0)
            Push(coded);
        var clear = ArrayPool<byte>.Shared.Rent(16 << 10);
        try
        {
            var sinceYield = 0;
            while (TryRead(clear, out var length) && length > 0)
            {
                sinceYield += length;
                if (sinceYield < 64 << 10)
                    continue;
                sinceYield = 0;
                await Task.Yield(); // others want to be served meanwhile
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(clear, clearArray: true);
        }
    }

    /// <summary>The message is over.</summary>
    public void EndMessage()
    {
        if (_inflating is null)
            return;
        // a sender may end its last block for good (7.2.3.4): then a stream begins anew too. One that ended asks for no more.
        if (forgets || _isLost || !RunsDry(_inflating))
            Close();
    }

    public void Dispose() => Close();

    private bool RunsDry(DeflateStream inflating)
    {
        _pushed.RanDry = false;
        return inflating.Read([new byte()]) == 0 && _pushed.RanDry;
    }

    private void Close()
    {
        _inflating?.Dispose();
        _inflating = null;
    }
}

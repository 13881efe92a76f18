using System.Buffers;

namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>
/// Bytes that were received and not yet used. Small while its connection waits, larger while a head needs it or a body passes. One
/// thread at a time; what is in it stays where it is until <see cref="Free"/> is asked for.
/// </summary>
internal sealed class WireBuffer : IDisposable
{
    /// <summary>What an idle connection keeps.</summary>
    public const int IdleBytes = 4 << 10;

    private byte[]? _bytes;
    private int _end;

    public byte[] Bytes => _bytes ?? [];

    public int At { get; private set; }

    public int Count => _end - At;

    /// <summary>Room behind what is there, at least a byte; what is there may move.</summary>
    public Memory<byte> Free()
    {
        _bytes ??= ArrayPool<byte>.Shared.Rent(IdleBytes);
        if (At == _end)
            At = _end = 0;
        if (_end == _bytes.Length)
        {
            if (At > 0)
                MoveTo(_bytes);
            else
                Exchange(_bytes.Length * 2);
        }
        return _bytes.AsMemory(_end);
    }

    /// <summary>Room behind what is there, without moving anything; empty where there is none.</summary>
    public Memory<byte> FreeInPlace() => _bytes is null ? Memory<byte>.Empty : _bytes.AsMemory(_end);

    /// <summary>Adds what was received elsewhere.</summary>
    public void Put(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0)
            return;
        Fit(Count + bytes.Length);
        bytes.CopyTo(Free().Span);
        Added(bytes.Length);
    }

    public void Added(int count) => _end += count;

    public void Take(int count) => At += count;

    /// <summary>Takes an empty line, where what is there begins with one.</summary>
    public bool TryTakeEmptyLine()
    {
        if (Count < 2 || Bytes[At] != '\r' || Bytes[At + 1] != '\n')
            return false;
        Take(2);
        return true;
    }

    /// <summary>Gives all that is there and keeps no buffer.</summary>
    public byte[] TakeAll()
    {
        var all = Bytes.AsSpan(At, Count).ToArray();
        Dispose();
        return all;
    }

    /// <summary>Makes it at least so large, and smaller where much more was needed once.</summary>
    public void Fit(int size)
    {
        if (_bytes is null || _bytes.Length < size || (_bytes.Length > size && Count <= size / 2))
            Exchange(size);
    }

    public void Dispose()
    {
        if (_bytes is not null)
            ArrayPool<byte>.Shared.Return(_bytes, clearArray: true);
        _bytes = null;
        At = _end = 0;
    }

    private void Exchange(int size)
    {
        var old = _bytes;
        MoveTo(ArrayPool<byte>.Shared.Rent(size));
        if (old is not null)
            ArrayPool<byte>.Shared.Return(old, clearArray: true);
    }

    private void MoveTo(byte[] other)
    {
        var count = Count;
        if (count > 0)
            Buffer.BlockCopy(_bytes!, At, other, 0, count);
        _bytes = other;
        At = 0;
        _end = count;
    }
}

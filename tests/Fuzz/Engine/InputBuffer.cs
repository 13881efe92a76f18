namespace K8sRecorder.Fuzz.Engine;

/// <summary>Bytes that are edited, never longer than a bound.</summary>
internal sealed class InputBuffer(int most)
{
    private readonly byte[] _bytes = new byte[most];

    public int Length { get; private set; }

    public int Room => _bytes.Length - Length;

    public Span<byte> Span => _bytes.AsSpan(0, Length);

    public void Set(ReadOnlySpan<byte> bytes)
    {
        Length = Math.Min(bytes.Length, _bytes.Length);
        bytes[..Length].CopyTo(_bytes);
    }

    public void Insert(int at, ReadOnlySpan<byte> bytes)
    {
        var length = Math.Min(bytes.Length, Room);
        _bytes.AsSpan(at, Length - at).CopyTo(_bytes.AsSpan(at + length));
        bytes[..length].CopyTo(_bytes.AsSpan(at));
        Length += length;
    }

    public void Overwrite(int at, ReadOnlySpan<byte> bytes) => bytes[..Math.Min(bytes.Length, Length - at)].CopyTo(_bytes.AsSpan(at));

    public void Remove(int at, int length)
    {
        _bytes.AsSpan(at + length, Length - at - length).CopyTo(_bytes.AsSpan(at));
        Length -= length;
    }
}

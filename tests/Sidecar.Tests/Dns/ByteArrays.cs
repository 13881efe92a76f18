namespace K8sRecorder.Sidecar.Tests.Dns;

/// <summary>Compares messages by their bytes.</summary>
internal sealed class ByteArrays : IEqualityComparer<byte[]>
{
    public static ByteArrays Equality { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] obj)
    {
        var hash = new HashCode();
        hash.AddBytes(obj);
        return hash.ToHashCode();
    }
}

using System.Runtime.InteropServices;

namespace K8sRecorder.Recording.Parts;

/// <summary>What a part is found again by: a salted SHA-256 of its bytes and of its spans. Never an unkeyed digest, the agent chooses the bytes.</summary>
internal readonly record struct PartKey(ulong A, ulong B, ulong C, ulong D)
{
    public static PartKey From(ReadOnlySpan<byte> digest) => MemoryMarshal.Read<PartKey>(digest);

    /// <summary>The digest it was made from.</summary>
    public void CopyTo(Span<byte> digest) => MemoryMarshal.Write(digest, this);

    /// <summary>SHA-256 spreads evenly and is salted: any 32 bits of it do.</summary>
    public override int GetHashCode() => (int)A;
}

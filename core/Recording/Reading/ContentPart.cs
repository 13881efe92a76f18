namespace K8sRecorder.Recording.Reading;

/// <summary>One part of a content.</summary>
/// <param name="Number">Its number.</param>
/// <param name="State">Whether it can be read.</param>
/// <param name="At">Its byte offset in the content.</param>
/// <param name="Length">Its length as the record says.</param>
/// <param name="Bytes">Its bytes; empty unless <see cref="IsReadable"/>.</param>
public sealed record ContentPart(long Number, PartState State, long At, long Length, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Whether the bytes are here.</summary>
    public bool IsReadable => State is PartState.Present or PartState.Unchecked;
}

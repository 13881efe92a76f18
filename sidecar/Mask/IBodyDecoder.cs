namespace K8sRecorder.Sidecar.Mask;

/// <summary>
/// Undoes the coding of a body for the recording, as its bytes pass. Push in, pull out: <see cref="Push"/> then <see cref="TryRead"/> until it
/// gives nothing. Disposed by whoever opened it.
/// </summary>
internal interface IBodyDecoder : IDisposable
{
    /// <summary>Whether a body of this coding can begin with this byte.</summary>
    bool CouldBegin(byte first);

    void Push(ReadOnlyMemory<byte> coded);

    /// <summary>Takes what has become readable; 0: push more. False: these bytes are not what their coding says, or much too much of them.</summary>
    bool TryRead(Span<byte> clear, out int length);

    /// <summary>No more comes. Gives the bytes that were pushed and only now can be read.</summary>
    ReadOnlyMemory<byte> End();
}

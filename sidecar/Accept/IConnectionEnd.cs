namespace K8sRecorder.Sidecar.Accept;

/// <summary>
/// One end of what carries bytes both ways: a connection, or a stream of one. One receive and one send at a time; ending it may come from any
/// thread. What is no more throws one of <see cref="System.Net.Sockets.SocketException"/>, <see cref="IOException"/> and
/// <see cref="ObjectDisposedException"/>.
/// </summary>
internal interface IConnectionEnd
{
    /// <summary>Receives; now and then not at once though it could, so that others have their turn.</summary>
    ValueTask<int> ReceiveInTurnAsync(Memory<byte> into);

    /// <summary>Receives; 0 is the end, or of an empty buffer that something is there.</summary>
    ValueTask<int> ReceiveAsync(Memory<byte> into);

    ValueTask SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Tells the other side that nothing more comes from here.</summary>
    ValueTask EndSendingAsync();

    /// <summary>Whether the other side broke it off, as far as that is known.</summary>
    bool IsBroken();

    /// <summary>Ends it so that the other side sees a break and not an end.</summary>
    void Reset();
}

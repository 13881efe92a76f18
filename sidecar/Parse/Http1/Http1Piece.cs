namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>A piece of a body as it lies in a buffer.</summary>
/// <param name="Wire">Bytes from the front of the buffer, framing included: what is forwarded.</param>
/// <param name="Data">The body's bytes among them: what is recorded.</param>
/// <param name="IsLast">Whether the message ends with it.</param>
internal readonly record struct Http1Piece(int Wire, ReadOnlyMemory<byte> Data, bool IsLast);

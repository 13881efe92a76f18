namespace K8sRecorder.Sidecar.Parse.WebSocket;

/// <summary>What some bytes are of a frame.</summary>
/// <param name="Begins">Its header is complete with them.</param>
/// <param name="DataAt">Where its payload begins or goes on among them.</param>
/// <param name="DataLength">Bytes of its payload among them.</param>
/// <param name="DataOffset">Bytes of its payload before them: where the mask goes on.</param>
/// <param name="Ends">It is complete with them.</param>
internal readonly record struct FramePiece(bool Begins, int DataAt, int DataLength, long DataOffset, bool Ends);

namespace K8sRecorder.Recording.Sessions;

/// <summary>The arrival of a piece of a stream: its masked bytes, and milliseconds since the event before.</summary>
internal readonly record struct StreamEvent(int Bytes, long Milliseconds);

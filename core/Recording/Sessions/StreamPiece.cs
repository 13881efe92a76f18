namespace K8sRecorder.Recording.Sessions;

/// <summary>A piece of a stream that waits for the writer.</summary>
internal readonly record struct StreamPiece(int Length, long Wire, int Pending, DateTimeOffset At);

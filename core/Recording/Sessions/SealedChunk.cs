using K8sRecorder.Recording.Spool;

namespace K8sRecorder.Recording.Sessions;

/// <summary>A chunk that is being sealed: its record file, what it is made of, and its name when it is in place.</summary>
internal sealed record SealedChunk(RecordFile File, ChunkDraft Chunk, Task<string> Placed);

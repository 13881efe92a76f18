using K8sRecorder.Recording.Spool;

namespace K8sRecorder.Recording.Sessions;

/// <summary>A chunk that is being sealed: its record file, what it is made of, how it is put in place, and its name when it is.</summary>
internal sealed record SealedChunk(RecordFile File, ChunkDraft Chunk, Func<Task<string>> Place, Task<string> Placed);

namespace K8sRecorder.Recording.Spool;

/// <summary>What a frame of a record file holds.</summary>
internal enum FrameType : byte
{
    /// <summary>The state that the file begins with; always the first frame, and only there.</summary>
    State = 1,

    /// <summary>A record with its content lines: both or none survive a torn write.</summary>
    Record = 2,

    /// <summary>Bytes of a stream whose record is not written yet.</summary>
    Staged = 3,

    /// <summary>A signed head.</summary>
    Head = 4,

    /// <summary>The name of the chunk before, where the state did not know it.</summary>
    Previous = 5,

    /// <summary>The head that the chunk is sealed with: nothing follows.</summary>
    End = 6,
}

namespace K8sRecorder.Recording.Spool;

/// <summary>What the bytes at a place of a record file are.</summary>
internal enum FrameCheck
{
    /// <summary>A frame as it was written.</summary>
    Whole,

    /// <summary>The beginning of one: a write that was interrupted, and that nobody was told of.</summary>
    Torn,

    /// <summary>Not what was written: whatever stood here, and behind it, may have been acknowledged.</summary>
    Damaged,
}

namespace K8sRecorder.Recording.Spool;

/// <summary>What the spool does to the disk: every one of these may fail, and a test makes every one of them fail.</summary>
internal enum DiskAction
{
    /// <summary>mkdir(2).</summary>
    CreateFolder,

    /// <summary>open(2) of a new file.</summary>
    Create,

    /// <summary>open(2) of a file that is there.</summary>
    Open,

    /// <summary>write(2).</summary>
    Write,

    /// <summary>fdatasync(2).</summary>
    Sync,

    /// <summary>rename(2).</summary>
    Rename,

    /// <summary>fsync(2) of a folder.</summary>
    SyncFolder,

    /// <summary>ftruncate(2).</summary>
    Cut,

    /// <summary>unlink(2) or rmdir(2).</summary>
    Delete,
}

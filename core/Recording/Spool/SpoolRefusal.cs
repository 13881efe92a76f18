namespace K8sRecorder.Recording.Spool;

/// <summary>Why a spool cannot be used.</summary>
public enum SpoolRefusal
{
    /// <summary>Another process (or another spool object) has it open.</summary>
    Locked,

    /// <summary>A newer version of the recorder wrote it.</summary>
    NewerVersion,

    /// <summary>A file in it is not what it should be, and not merely torn.</summary>
    Damaged,
}

namespace K8sRecorder.Recording.Spool;

/// <summary>Why a spool cannot be used.</summary>
public enum SpoolRefusal
{
    /// <summary>Another process (or another spool object) has it, or its folder of keys, open.</summary>
    Locked,

    /// <summary>A newer version of the recorder wrote it.</summary>
    NewerVersion,

    /// <summary>An older version of the recorder wrote it, in a form that this one does not know any more.</summary>
    OlderVersion,

    /// <summary>Its folder, or that of the keys, cannot be read or written.</summary>
    NotUsable,

    /// <summary>A file in it is not what it should be, and not merely torn.</summary>
    Damaged,
}

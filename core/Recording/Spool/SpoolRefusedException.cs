namespace K8sRecorder.Recording.Spool;

/// <summary>The spool cannot be used as it is; nothing in it was changed.</summary>
public sealed class SpoolRefusedException : IOException
{
    /// <summary>Creates the exception.</summary>
    public SpoolRefusedException(SpoolRefusal reason, string message) : base(message) => Reason = reason;

    /// <summary>Creates the exception.</summary>
    public SpoolRefusedException() : this(SpoolRefusal.Damaged, "the spool cannot be used")
    {
    }

    /// <summary>Creates the exception.</summary>
    public SpoolRefusedException(string message) : this(SpoolRefusal.Damaged, message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public SpoolRefusedException(string message, Exception innerException) : base(message, innerException) =>
        Reason = SpoolRefusal.Damaged;

    /// <summary>Creates the exception.</summary>
    public SpoolRefusedException(SpoolRefusal reason, string message, Exception innerException) : base(message, innerException) => Reason = reason;

    internal static SpoolRefusedException OfVersion(string path, long version, long known) => new(
        version > known ? SpoolRefusal.NewerVersion : SpoolRefusal.OlderVersion,
        $"{path} is of version {version}, this recorder knows version {known}. Start the recorder that wrote it, and let it ship what is here; or give this one another --spool");

    internal static SpoolRefusedException NotUsable(Exception cause) => new(
        SpoolRefusal.NotUsable,
        $"the spool needs a folder that it can read and write: {cause.Message.TrimEnd('.')}. Put that right, or give another --spool and --keys", cause);

    /// <summary>Why.</summary>
    public SpoolRefusal Reason { get; }
}

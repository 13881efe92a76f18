namespace K8sRecorder.Recording.Sessions;

/// <summary>
/// The session can no longer write its spool (an I/O error other than a full disk) and takes nothing any more. What was written before
/// is kept for the next start to recover.
/// </summary>
public sealed class RecordingFailedException : IOException
{
    /// <summary>Creates the exception.</summary>
    public RecordingFailedException() : base("the session has failed")
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    public RecordingFailedException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a message and a cause.</summary>
    public RecordingFailedException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

namespace K8sRecorder.Recording.Sessions;

/// <summary>
/// The spool stayed full for as long as <see cref="RecordingMode.Strict"/> waits. What was to be recorded is not promised to be recorded:
/// the protocol must end the message with its own error.
/// </summary>
public sealed class SpoolFullException : IOException
{
    /// <summary>Creates the exception.</summary>
    public SpoolFullException() : base("the spool is full")
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    public SpoolFullException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a message and a cause.</summary>
    public SpoolFullException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

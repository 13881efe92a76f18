namespace K8sRecorder.Recording.Spool;

/// <summary>
/// The folder between recording and shipping: one folder a session with its open record file, its sealed chunks and its small objects. One
/// process has it at a time.
/// </summary>
public sealed class RecordingSpool : IDisposable
{
    private RecordingSpool()
    {
    }

    /// <summary>Bytes in the spool now.</summary>
    public long UsedBytes => throw new NotImplementedException();

    /// <summary>Entries that wait for shipping now.</summary>
    public int WaitingEntries => throw new NotImplementedException();

    /// <summary>Opens the spool, creates it where it is missing, and locks it.</summary>
    /// <exception cref="SpoolRefusedException">It is locked, or of a newer version.</exception>
    public static RecordingSpool Open(SpoolOptions options) => throw new NotImplementedException();

    /// <summary>Gives the lock back. Sessions must have been disposed before.</summary>
    public void Dispose() => throw new NotImplementedException();
}

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>A target ended a connection beside others before its first word: nothing was asked on it.</summary>
internal sealed class ConnectionNotKeptException() : IOException("the target keeps no other connection")
{
    private const int MostDepth = 8;

    /// <summary>Whether a failure of the client is that.</summary>
    public static bool IsCauseOf(Exception failure)
    {
        Exception? cause = failure;
        for (var depth = 0; cause is not null && depth < MostDepth; depth++, cause = cause.InnerException)
        {
            if (cause is ConnectionNotKeptException)
                return true;
        }
        return false;
    }
}

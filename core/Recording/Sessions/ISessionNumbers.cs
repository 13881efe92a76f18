using K8sRecorder.Recording.Index;

namespace K8sRecorder.Recording.Sessions;

/// <summary>What the writer loop and its session share.</summary>
internal interface ISessionNumbers
{
    /// <summary>The channel number that will be given next.</summary>
    long NextChannelNow { get; }

    /// <summary>The rows for the chunk that is being sealed; null where there are none.</summary>
    /// <param name="taken">Items that the loop has taken and written: a row whose records still wait stays for the next chunk.</param>
    IndexFile? TakeIndex(long taken);

    /// <summary>Publishes the log's figures.</summary>
    void Publish(SessionLog log);
}

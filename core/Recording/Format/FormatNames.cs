namespace K8sRecorder.Recording.Format;

/// <summary>The constants of docs/recording-format.md.</summary>
public static class FormatNames
{
    /// <summary>Value of <c>format</c> in chunk headers and open statements.</summary>
    public const string Recording = "k8srecorder/1";

    /// <summary>First line of what is signed for a head.</summary>
    public const string HeadDomain = "k8srecorder.io/head/1";

    /// <summary>First line of what is signed for an open statement.</summary>
    public const string OpenDomain = "k8srecorder.io/open/1";

    /// <summary>First line of what is hashed for a salt's id.</summary>
    public const string SaltDomain = "k8srecorder.io/salt/1";

    /// <summary>Length of a session's salt.</summary>
    public const int SaltLength = 16;

    /// <summary>Longest line a reader takes.</summary>
    public const int MaxLine = 32 << 20;

    /// <summary>Most plain bytes of a chunk a reader takes.</summary>
    public const int MaxChunk = 64 << 20;
}

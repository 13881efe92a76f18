namespace K8sRecorder.Sidecar.Guard;

/// <summary>
/// Why a request is denied that does not show what the rule names: it cannot be known not to. The values of <c>reason</c> in
/// docs/recording-format.md.
/// </summary>
internal static class GuardReason
{
    /// <summary>Its path is longer, or can be read in more ways, than is looked at.</summary>
    public const string Path = "path";

    /// <summary>Its body is larger than is held.</summary>
    public const string Size = "size";

    /// <summary>Its body has a content coding that cannot be undone.</summary>
    public const string Coding = "coding";

    /// <summary>Its body is said to be in a character set that is not read.</summary>
    public const string Charset = "charset";

    /// <summary>Its body begins like JSON, or is said to be, and cannot be read as that.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>It asks to go on with another protocol, in which nobody looks for tools.</summary>
    public const string Upgrade = "upgrade";

    /// <summary>Too many bodies are held at once; it may be sent again.</summary>
    public const string Busy = "busy";

    public static string InWords(string? reason) => reason switch
    {
        Path => ": its path cannot be judged",
        Size => ": its body is larger than 16 MiB, so it cannot be searched for tools",
        Coding => ": its body has a content coding that cannot be undone, so it cannot be searched for tools",
        Charset => ": its body is in a character set that is not read, so it cannot be searched for tools",
        Unreadable => ": its body cannot be read as JSON, so it cannot be searched for tools",
        Upgrade => ": an upgraded connection cannot be searched for tools",
        _ => "",
    };
}

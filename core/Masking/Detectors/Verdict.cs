namespace K8sRecorder.Masking.Detectors;

/// <summary>What a matcher says about a place.</summary>
internal readonly struct Verdict
{
    private Verdict(bool isFound, bool needsMore, int start, int end, Tail? goesOn)
    {
        IsFound = isFound;
        NeedsMore = needsMore;
        Start = start;
        End = end;
        GoesOn = goesOn;
    }

    /// <summary>Nothing here.</summary>
    public static Verdict None => default;

    /// <summary>Nothing here, and no name before a position gives a value to look at: they all lead into the run judged just now.</summary>
    public static Verdict NoneUntil(int end) => new(false, false, 0, end, null);

    /// <summary>Not to be told before more text is there.</summary>
    public static Verdict More => new(false, true, 0, 0, null);

    /// <summary>Whether there is a secret.</summary>
    public bool IsFound { get; }

    /// <summary>Whether more text is needed.</summary>
    public bool NeedsMore { get; }

    /// <summary>Where the secret starts.</summary>
    public int Start { get; }

    /// <summary>Where it ends.</summary>
    public int End { get; }

    /// <summary>Set when the secret is longer than was looked at: how it goes on.</summary>
    public Tail? GoesOn { get; }

    /// <summary>A secret from start to end.</summary>
    public static Verdict Found(int start, int end, Tail? goesOn = null) => new(true, false, start, end, goesOn);
}

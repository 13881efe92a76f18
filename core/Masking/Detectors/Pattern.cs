namespace K8sRecorder.Masking.Detectors;

/// <summary>Strings at which a matcher is tried. Without strings: three bytes of the classes.</summary>
internal sealed class Pattern
{
    private Pattern(Matcher matcher, string[] literals, bool ignoreCase, string first, string then)
    {
        Matcher = matcher;
        Literals = literals;
        IgnoreCase = ignoreCase;
        First = first;
        Then = then;
    }

    public Matcher Matcher { get; }

    public string[] Literals { get; }

    public bool IgnoreCase { get; }

    public string First { get; }

    public string Then { get; }

    /// <summary>Bytes before the literal at which a match may start.</summary>
    public int Back { get; init; }

    public static Pattern Exactly(Matcher matcher, params string[] literals) => new(matcher, literals, false, "", "");

    public static Pattern Exactly(Matcher matcher, int back, string[] literals) => new(matcher, literals, false, "", "") { Back = back };

    public static Pattern AnyCase(Matcher matcher, params string[] literals) => new(matcher, literals, true, "", "");

    public static Pattern AnyCase(Matcher matcher, int back, string[] literals) => new(matcher, literals, true, "", "") { Back = back };

    public static Pattern Class(Matcher matcher, string first, string then) => new(matcher, [], false, first, then);
}

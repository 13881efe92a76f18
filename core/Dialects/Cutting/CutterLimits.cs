namespace K8sRecorder.Dialects.Cutting;

/// <summary>The bounds of <see cref="ModelCallCutter"/>.</summary>
internal static class CutterLimits
{
    /// <summary>Longest member name that is looked at. The longest one known is <c>system_instruction</c>.</summary>
    public const int MaxName = 24;

    /// <summary>Cuts in one body. Whoever wants more gets the rest in one piece, which the caller's chunking takes.</summary>
    public const int MaxCuts = 16_384;

    /// <summary>Nesting that is followed. Model calls seen are below 30; deeper than this is no model call.</summary>
    public const int MaxDepth = 4_096;

    /// <summary>
    /// A cut that only tidies (before tools, between scalars) is left out when the piece would be shorter: a part costs about 50
    /// incompressible bytes (digest and line), so a short tail such as <c>],"temperature":0,"tools":</c> goes with what follows.
    /// </summary>
    public const int MinTidyPiece = 64;

    /// <summary>From this length on, a value that is one piece is also cut behind.</summary>
    public const int MinWhole = 256;
}

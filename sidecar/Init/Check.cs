namespace K8sRecorder.Sidecar.Init;

/// <summary>What came of trying.</summary>
internal enum CheckStatus
{
    /// <summary>It was tried, and is as it must be.</summary>
    Ok,

    /// <summary>It was tried, and something got round us or was not led to us.</summary>
    Failed,

    /// <summary>It could not be tried here; says why.</summary>
    Skipped,
}

/// <summary>One thing that was tried.</summary>
/// <param name="Name">What, as a token: <c>tcp4</c>, <c>udp443-v6</c>.</param>
/// <param name="Status">What came of it.</param>
/// <param name="Said">What was seen, for a person.</param>
internal readonly record struct Check(string Name, CheckStatus Status, string Said)
{
    public static Check Ok(string name, string said) => new(name, CheckStatus.Ok, said);

    public static Check Failed(string name, string said) => new(name, CheckStatus.Failed, said);

    public static Check Skipped(string name, string said) => new(name, CheckStatus.Skipped, said);
}

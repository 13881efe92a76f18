namespace K8sRecorder.Fuzz.Engine;

/// <summary>How a run ended. <paramref name="Kind"/> is null where all is well, else it tells findings apart.</summary>
internal readonly record struct Outcome(string? Kind, string Detail)
{
    public static Outcome Fine => new(null, "");

    public bool IsFinding => Kind is not null;
}

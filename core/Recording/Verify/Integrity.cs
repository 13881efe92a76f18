namespace K8sRecorder.Recording.Verify;

/// <summary>The first verdict: whether what is there is what was signed.</summary>
public enum Integrity
{
    /// <summary>Nothing contradicts what was signed.</summary>
    Sound,

    /// <summary>Something does; the findings say what.</summary>
    Tampered,
}

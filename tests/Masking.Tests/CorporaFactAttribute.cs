namespace K8sRecorder.Masking.Tests;

/// <summary>A test on real material: skipped, and said so, where that is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CorporaFactAttribute : FactAttribute
{
    public CorporaFactAttribute() =>
        Skip = Corpora.Folder is null ? "NO CORPORA: set RECORDER_CORPORA to their folder; recall and false positives were NOT measured" : null;
}

using K8sRecorder.Testing.Corpora;

namespace K8sRecorder.Masking.Tests;

/// <summary>A test on real material: skipped, and said so, where that is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CorporaFactAttribute : FactAttribute
{
    public CorporaFactAttribute() => Skip = CorporaFolder.WhyAbsent;
}

using K8sRecorder.Testing.Corpora;

namespace K8sRecorder.Testing;

/// <summary>A fact about recorded traffic; where that is not on the machine, the test is skipped and says why.</summary>
public sealed class CorporaFactAttribute : FactAttribute
{
    public CorporaFactAttribute() => Skip = CorporaFolder.WhyAbsent;
}

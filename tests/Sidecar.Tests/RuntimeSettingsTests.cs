using System.Runtime;

namespace K8sRecorder.Sidecar.Tests;

/// <summary>What sidecar/Runtime.props asks for, this runtime does: a name that it no longer knew would be passed over in silence.</summary>
public sealed class RuntimeSettingsTests
{
    [Theory]
    [InlineData("GCGen0MaxBudget", 4L << 20)]
    [InlineData("GCRegionSize", 1L << 20)]
    [InlineData("GCConserveMem", 5L)]
    public void Collector_keeps_to_what_it_was_told(string name, long expected) =>
        Assert.Equal(expected, GC.GetConfigurationVariables()[name]);

    [Fact]
    public void Collector_is_the_workstations() => Assert.False(GCSettings.IsServerGC);
}

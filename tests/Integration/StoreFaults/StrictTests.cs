using K8sRecorder.Integration.SpoolFaults;
using K8sRecorder.Testing;

namespace K8sRecorder.Integration.StoreFaults;

/// <summary>As <see cref="ModeTests"/>, beside them: it takes the ten seconds that agents wait.</summary>
public sealed class StrictTests
{
    [SmallDiskFact]
    public async Task Strict_agents_are_refused_after_a_while_and_what_they_got_is_recorded()
    {
        await using var trial = new StoreTrial("Strict");
        using var disk = new SmallDisk(trial.Sidecar.StoreFolder, 8 << 20);
        await trial.Sidecar.StartAgainAsync();
        disk.Fill();
        var refused = await trial.FillSpoolAsync();
        int status;
        while ((status = refused.Count > 0 ? await refused[0] : await trial.AskAsync(size: 64 << 10)) == 200)
            refused.Clear();
        Assert.Contains(status, new[] { 503, StoreTrial.Cut });
        Assert.Equal("503 the spool is full and nothing gets into the store (Full)\n", await trial.AdminAsync("/readyz"));
        disk.Free();
        await trial.EndAsync();
    }
}

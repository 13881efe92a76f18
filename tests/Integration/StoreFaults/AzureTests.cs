using K8sRecorder.Testing.Faults;

namespace K8sRecorder.Integration.StoreFaults;

/// <summary>The sidecar process before Azurite, with a proxy between them that does what networks and stores do.</summary>
public sealed class AzureTests(AzuriteTrials azurite) : IClassFixture<AzuriteTrials>
{
    private static readonly (ProxyFault Fault, string Kind)[] Faults =
    [
        (ProxyFault.Unavailable, "Unavailable"), (ProxyFault.Refuse, "Unavailable"), (ProxyFault.ResetInUpload, "Unavailable"),
        (ProxyFault.LoseAnswer, "Unavailable"), (ProxyFault.AcknowledgeOnly, "NotStored"), (ProxyFault.BadSignature, "Denied"),
        (ProxyFault.ClockSkew, "ClockWrong"), (ProxyFault.Full, "Full"), (ProxyFault.ContainerGone, "NotAStore"), (ProxyFault.CaptivePortal, "Unavailable"),
    ];

    [Fact]
    public async Task Faults_one_after_the_other_are_told_and_survived()
    {
        var (trial, proxy) = await azurite.NewAsync("Buffered");
        await using var first = trial;
        await using var second = proxy;
        await trial.Sidecar.StartAgainAsync();
        foreach (var (fault, kind) in Faults)
        {
            proxy.Fault = fault;
            await trial.SeenToFailAsync(kind);
            Assert.True(proxy.Hits > 0);
            proxy.Fault = ProxyFault.None;
            await trial.SeenToRecoverAsync();
        }

        proxy.Fault = ProxyFault.Throttle;
        await trial.AskAsync(times: 5, size: 500);
        var page = await trial.AdminAsync("/metrics");
        await proxy.HitAsync();
        proxy.Fault = ProxyFault.None;
        await trial.EndAsync();
        foreach (var text in new[] { trial.Sidecar.Output, page })
        {
            Assert.DoesNotContain(azurite.Key, text, StringComparison.Ordinal);
            Assert.DoesNotContain("SharedKey", text, StringComparison.Ordinal);
            Assert.DoesNotContain("?", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Stop_with_a_dead_store_names_what_is_left_and_the_next_start_ships_it()
    {
        var (trial, proxy) = await azurite.NewAsync("Strict");
        await using var first = trial;
        await using var second = proxy;
        await trial.Sidecar.StartAgainAsync();
        await trial.AskAsync(times: 3, size: 100);
        await trial.UntilAsync("recorder_objects_shipped", static shipped => shipped >= 2); // the statement, a chunk
        proxy.Fault = ProxyFault.Hang;
        await trial.AskAsync(times: 3, size: 100);
        await trial.Sidecar.KillAsync();

        // Again without a store: its id is known.
        await trial.Sidecar.StartAgainAsync();
        Assert.Contains("the store cannot be used (Unavailable): ", trial.Sidecar.Output, StringComparison.Ordinal);
        await trial.AskAsync(times: 3, size: 100);
        await trial.Sidecar.StopAsync();
        Assert.Equal(0, trial.Sidecar.Process.ExitCode);
        Assert.Matches("not everything could be shipped: [0-9]+ entries stay in the spool, [0-9]+ bytes; start the recorder again", trial.Sidecar.Output);
        Assert.Matches("session [^ ]+: record [0-9]+ and what follows is not in the store yet", trial.Sidecar.Output);
        Assert.Matches("session [^ ]+: the last signed head covers ([0-9]+) of its \\1 records", trial.Sidecar.Output);

        proxy.Fault = ProxyFault.None;
        await trial.Sidecar.StartAgainAsync();
        await trial.EndAsync();
        var resumed = Assert.Single(await trial.RecordsAsync("session.resumed"));
        Assert.InRange(resumed.Number("covered")!.Value, 1, resumed.Seq);
    }
}

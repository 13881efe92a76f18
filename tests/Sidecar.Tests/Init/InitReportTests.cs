using K8sRecorder.Sidecar.Init;

namespace K8sRecorder.Sidecar.Tests.Init;

/// <summary>What a run of init may call itself.</summary>
public sealed class InitReportTests
{
    private static readonly Check Good = Check.Ok("tcp4", "fine"), Frame = Check.Ok("packet-eth0", "dropped"), Untried = Check.Skipped("packet-eth0", "no right");

    [Fact]
    public void Nothing_open_is_bypass_proof()
    {
        var report = Report([Good, Frame], default(Installation));

        Assert.Equal((true, 0), (report.BypassProof, report.ExitCode));
        Assert.EndsWith("\nBypassProof=True", report.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Kernel_without_an_egress_hook_is_not()
    {
        var report = Report([Good], new Installation(null, "this kernel takes no egress chain (Error: x)"));

        Assert.Equal((false, 0), (report.BypassProof, report.ExitCode));
        Assert.Equal(["packet sockets: this kernel takes no egress chain (Error: x); agents must not have CAP_NET_RAW"], report.Holes);
    }

    [Fact]
    public void What_failed_ends_with_1_and_is_a_hole()
    {
        var report = Report([Good, Check.Failed("quic4", "was sent")], default(Installation));

        Assert.Equal((1, "quic4: was sent"), (report.ExitCode, Assert.Single(report.Holes)));
    }

    [Fact]
    public void Nothing_tried_ends_with_2_and_is_a_hole()
    {
        var report = Report([], default(Installation));

        Assert.Equal((2, "nothing could be tried"), (report.ExitCode, Assert.Single(report.Holes)));
    }

    [Fact]
    public void Validation_takes_the_trial_of_every_interface()
    {
        Assert.True(Report([Good, Frame], null).BypassProof);
        Assert.False(Report([Good, Untried], null).BypassProof);
        Assert.False(Report([Good], null).BypassProof);
    }

    [Fact]
    public void Xdp_is_a_hole_unless_agents_have_no_right_to_it()
    {
        Assert.False(Report([Good, Frame], default(Installation), kernelHasXdp: true).BypassProof);
        Assert.True(Report([Good, Frame], default(Installation), kernelHasXdp: true, "--agents-without-net-raw").BypassProof);
    }

    private static InitReport Report(IReadOnlyList<Check> checks, Installation? installation, bool kernelHasXdp = false, params string[] options) =>
        new(InitOptions.Read(options, [])!, ["eth0"], installation, checks, kernelHasXdp);
}

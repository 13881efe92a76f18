using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using K8sRecorder.Sidecar.Init;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Redirect;

/// <summary>The init step as it is run: what it says, how it ends, and that a second run changes nothing.</summary>
public sealed class InitCommandTests
{
    [NetworkFact]
    public void Rules_are_put_in_place_and_tried()
    {
        using var pair = new NetworkPair();
        var run = Init(pair, "-o", "json", "--agents-without-net-raw");
        using var report = JsonDocument.Parse(run.Output);
        var root = report.RootElement;

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.True(root.GetProperty("installed").GetBoolean());
        Assert.All(root.GetProperty("checks").EnumerateArray(), check => Assert.Equal("ok", check.GetProperty("status").GetString()));
        Assert.True(root.GetProperty("bypassProof").GetBoolean());
    }

    [NetworkFact]
    public void Second_run_changes_nothing_and_cuts_nothing()
    {
        using var pair = new NetworkPair();
        Assert.Equal(0, Init(pair).ExitCode);
        var rules = pair.Agent.Run("nft", "-s", "list", "ruleset");
        using var listener = pair.Agent.As(RedirectedPod.RecorderUid, () => RedirectedPod.Listening("127.0.0.1", RedirectedPod.TcpPort));
        using var agent = pair.Agent.As(RedirectedPod.AgentUid, () => RedirectedPod.Connecting(NetworkPair.FarV4, 443));
        using var recorder = pair.Agent.As(RedirectedPod.RecorderUid, listener.Accept);

        // The port is held by the recorder now, so that it, not the check, is connected to.
        Assert.Equal(0, Init(pair).ExitCode);
        Assert.Equal(rules, pair.Agent.Run("nft", "-s", "list", "ruleset"));
        agent.Send("on"u8);
        Assert.Equal(2, RedirectedPod.Waiting(recorder).Receive(new byte[8]));
    }

    [NetworkFact]
    public void Connection_that_was_there_before_the_rules_carries_nothing_out()
    {
        using var pair = new NetworkPair();
        using var far = pair.Outside.As(0, () => RedirectedPod.Listening(NetworkPair.FarV4, 443));
        using var agent = pair.Agent.As(RedirectedPod.AgentUid, () => RedirectedPod.Connecting(NetworkPair.FarV4, 443));
        using var server = RedirectedPod.Waiting(far).Accept();
        Assert.Equal(0, Init(pair).ExitCode);

        agent.Send("carried out"u8);
        Assert.Throws<SocketException>(() => RedirectedPod.Waiting(agent).Receive(new byte[1])); // reset, by the rules
        Assert.False(server.Poll(0, SelectMode.SelectRead) && server.Available > 0);
    }

    [NetworkFact]
    public void Other_choice_replaces_the_first()
    {
        using var pair = new NetworkPair();
        Assert.Equal(0, Init(pair, "--inbound", "pass").ExitCode);
        Assert.Equal(0, Init(pair, "--tcp-port", "16001").ExitCode);
        var rules = pair.Agent.Run("nft", "list", "ruleset");

        Assert.Contains("redirect to :16001", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("15001", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("inbound_answers", rules, StringComparison.Ordinal);
    }

    [NetworkFact]
    public void Without_v6_the_rest_holds()
    {
        using var pair = new NetworkPair();
        pair.Agent.Run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1");
        var run = Init(pair);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("there is no route, nothing can leave", run.Output, StringComparison.Ordinal);
    }

    [NetworkFact]
    public void Without_any_interface_there_is_nothing_to_guard()
    {
        using var alone = new NetworkNamespace();
        var run = InitRun.Of(alone.Command(InitRun.Program, "init"));

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
    }

    [NetworkFact]
    public void Missing_right_is_named()
    {
        using var pair = new NetworkPair();
        var run = InitRun.Of(pair.Agent.Command("setpriv", "--bounding-set", "-net_admin", InitRun.Program, "init"));

        Assert.Equal((5, ""), (run.ExitCode, run.Output));
        Assert.Contains("it takes CAP_NET_ADMIN: add NET_ADMIN", run.Errors, StringComparison.Ordinal);
    }

    [NetworkFact]
    public void Missing_program_is_named()
    {
        using var pair = new NetworkPair();
        var run = Init(pair, "--nft", "/nowhere/nft");

        Assert.Equal((5, "k8srecorder-sidecar init: /nowhere/nft: is not there\n"), (run.ExitCode, run.Errors));
    }

    [Fact]
    public void Node_is_not_cut_off()
    {
        // With an nft that is not there: what goes wrong here must not reach the machine of the tests.
        var run = InitRun.Of(new ProcessStartInfo(InitRun.Program, ["init", "--nft", "/nowhere/nft"]));

        Assert.Equal(5, run.ExitCode);
        Assert.Equal(NodeNamespace.IsHere(), run.Errors.Contains("the rules would cut off the node", StringComparison.Ordinal));
    }

    [NetworkFact]
    public void Without_rules_validation_says_what_got_out()
    {
        using var pair = new NetworkPair();
        using var far = pair.Outside.As(0, () => RedirectedPod.Listening(NetworkPair.FarV4, 443));
        var run = Init(pair, "--validate");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("FAILED     tcp4 ", run.Output, StringComparison.Ordinal);
        Assert.Contains("was answered, and not by us", run.Output, StringComparison.Ordinal);
        Assert.Contains("FAILED     quic4 ", run.Output, StringComparison.Ordinal);
        Assert.Contains("FAILED     packet-eth0 ", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("BypassProof=False\n", run.Output, StringComparison.Ordinal);
    }

    [NetworkTheory]
    [InlineData("65534", 0)]
    [InlineData("64532", 2)] // the recorder's own, who is let through: nothing can be told
    public void Validation_takes_no_rights(string uid, int exitCode)
    {
        using var pair = new NetworkPair();
        Assert.Equal(0, Init(pair).ExitCode);
        var run = WithoutRights(pair, uid);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.DoesNotContain("FAILED", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("BypassProof=False\n", run.Output, StringComparison.Ordinal);
    }

    [NetworkFact]
    public void Refusal_by_the_network_is_not_taken_for_ours()
    {
        using var pair = new NetworkPair();
        var run = WithoutRights(pair, "65534");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("192.0.2.1:443 was refused by somebody else than port 15001", run.Output, StringComparison.Ordinal);
    }

    [NetworkFact]
    public void Without_an_egress_hook_the_rest_holds_and_the_hole_is_named()
    {
        using var pair = new NetworkPair();
        using var folder = new TemporaryFolder();
        var old = folder["nft"];
        File.WriteAllText(old, "#!/bin/sh\nrules=$(cat)\ncase \"$rules\" in *egress*) echo 'Error: Could not process rule: Operation not supported' >&2; exit 1;; esac\n"
            + "echo \"$rules\" | /usr/sbin/nft -f -\n");
        File.SetUnixFileMode(old, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var run = Init(pair, "--nft", old, "--agents-without-net-raw");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("open       packet sockets: this kernel takes no egress chain (Error: Could not process rule: Operation not supported)", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("BypassProof=False\n", run.Output, StringComparison.Ordinal);
    }

    // No right but to read our program wherever it lies.
    private static InitRun WithoutRights(NetworkPair pair, string uid) => InitRun.Of(pair.Agent.Command(
        "setpriv", "--reuid", uid, "--clear-groups", "--bounding-set", "-all,+dac_read_search", "--inh-caps", "-all,+dac_read_search",
        "--ambient-caps", "+dac_read_search", InitRun.Program, "init", "--validate"));

    private static InitRun Init(NetworkPair pair, params string[] options) => InitRun.Of(pair.Agent.Command(InitRun.Program, ["init", .. options]));
}

using System.Text;
using K8sRecorder.Policy;
using K8sRecorder.Policy.Model;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Guard;

/// <summary>The guard on HTTP/1.1: what is denied never reaches the target, is answered in words, and the connection serves on.</summary>
public sealed class HttpGuardTests
{
    [Theory]
    [InlineData("DELETE /v1/fine_tuning/jobs/1 HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("POST /v1/fine_tuning/jobs HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("POST /v1/fine_tuning/jobs HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("post /v1/fine_tuning/jobs HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("POST http://h/v1/%66ine_tuning/jobs HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /v1/fine_tuning/jobs HTTP/1.1\r\nHost: h\r\nX-HTTP-Method-Override: delete\r\n\r\n")]
    [InlineData("GET /v1/fine_tuning/jobs?a=b&_method=DELETE HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: h\r\nX-Original-URL: /v1/fine_tuning/jobs\r\n\r\n")]
    public async Task Denied_request_does_not_reach_the_target_and_the_connection_is_still_good(string request)
    {
        await using var rig = await GuardRig.StartAsync();
        await rig.Agent.SendAsync(request);
        var (head, body) = await rig.AnswerAsync();

        Assert.StartsWith("HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Connection: close", head, StringComparison.Ordinal);
        Assert.Equal("k8srecorder: denied by rule no-finetune of the policy\n", body);
        Assert.False(rig.Upstream.IsPending);
        await rig.AssertUsableAsync();
        rig.Agent.Dispose();
        await rig.Sidecar.StopAsync();

        var records = await Recorded.RecordsAsync(rig.Sidecar);
        var denied = Assert.Single(records, record => record.Kind == "guard.denied");
        Assert.Equal(("target", "no-finetune", null), (denied.Text("target"), denied.Text("rule"), denied.Text("reason")));
        Assert.Equal(["http.request", "guard.denied", "http.response"], records.Where(record => record.Channel == denied.Channel).Select(record => record.Kind));
        var exchange = (await Recorded.ExchangesAsync(rig.Sidecar))[0];
        Assert.Equal(("refused", 403, "recorder"), (exchange.Request!.Cut, exchange.Response!.Status, exchange.Response.Origin));
        await Recorded.AssertSoundAsync(rig.Sidecar);
    }

    [Theory]
    [InlineData("GET /v1/fine_tuning/jobs HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("POST /v1/files HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")]
    public async Task Request_that_meets_only_a_part_of_a_rule_goes_on(string request)
    {
        await using var rig = await GuardRig.StartAsync();
        await rig.Agent.SendAsync(request);
        using var target = await rig.Upstream.AcceptAsync();

        Assert.Equal(request, await target.ReadAsync(request.Length));
    }

    [Fact]
    public async Task Denied_request_is_answered_before_its_body_is_there_and_the_body_is_read_afterwards()
    {
        await using var rig = await GuardRig.StartAsync();
        await rig.Agent.SendAsync("POST /v1/fine_tuning/jobs HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab");
        Assert.StartsWith("HTTP/1.1 403 ", (await rig.AnswerAsync()).Head, StringComparison.Ordinal);
        foreach (var one in "c\r\n2\r\nde\r\n0\r\nX-A: b\r\n\r\n")
            await rig.Agent.SendAsync(one.ToString());

        await rig.AssertUsableAsync();
    }

    [Fact]
    public async Task Denied_request_that_waits_for_leave_ends_the_connection()
    {
        await using var rig = await GuardRig.StartAsync();
        await rig.Agent.SendAsync("POST /v1/fine_tuning/jobs HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        var (head, _) = await rig.AnswerAsync();

        Assert.StartsWith("HTTP/1.1 403 ", head, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", head, StringComparison.Ordinal);
        Assert.Equal("", await rig.Agent.ReadToEndAsync());
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_order()
    {
        await using var rig = await GuardRig.StartAsync();
        await rig.Agent.SendAsync("GET /a HTTP/1.1\r\nHost: h\r\n\r\n" + GuardRig.Post("/mcp", GuardRig.Call("shell.exec")) + "GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
        using var target = await rig.Upstream.AcceptAsync();
        await target.ReadUntilAsync("\r\n\r\n");
        await target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na");
        Assert.Equal("a", (await rig.AnswerAsync()).Body);
        Assert.StartsWith("HTTP/1.1 403 ", (await rig.AnswerAsync()).Head, StringComparison.Ordinal);

        Assert.StartsWith("GET /b ", await target.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        await target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb");
        Assert.Equal("b", (await rig.AnswerAsync()).Body);
    }

    [Fact]
    public async Task Path_that_cannot_be_judged_is_denied()
    {
        await using var rig = await GuardRig.StartAsync();
        await rig.Agent.SendAsync($"POST /{new string('a', 9000)} HTTP/1.1\r\nHost: h\r\n\r\n");

        Assert.Equal("k8srecorder: denied by rule no-finetune of the policy: its path cannot be judged\n", (await rig.AnswerAsync()).Body);
        Assert.False(rig.Upstream.IsPending);
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"error":{"message":"k8srecorder: denied by rule no-post of the policy","type":"permission_error","param":null,"code":"denied_by_policy"}}""")]
    [InlineData("/v1/messages", """{"type":"error","error":{"type":"permission_error","message":"k8srecorder: denied by rule no-post of the policy"}}""")]
    [InlineData("/v1beta/models/m:generateContent", """{"error":{"code":403,"message":"k8srecorder: denied by rule no-post of the policy","status":"PERMISSION_DENIED"}}""")]
    [InlineData("/model/m/converse", """{"message":"k8srecorder: denied by rule no-post of the policy"}""")]
    [InlineData("/api/chat", """{"error":"k8srecorder: denied by rule no-post of the policy"}""")]
    public async Task Model_api_is_answered_as_it_answers_itself(string path, string error)
    {
        await using var rig = await GuardRig.StartAsync(new GuardRuleSpec { Name = "no-post", Deny = new GuardDenySpec { Method = ["POST"] } });
        await rig.Agent.SendAsync(GuardRig.Post(path, "{}"));
        var (head, body) = await rig.AnswerAsync();

        Assert.StartsWith("HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\n", head, StringComparison.Ordinal);
        Assert.Equal(error, body);
    }

    [Fact]
    public async Task Example_of_the_documentation_denies_what_it_says()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "policy.md"));
        var example = page.Split("```yaml\n").Select(block => block.Split("```")[0]).Single(block => block.Contains("guard:", StringComparison.Ordinal));
        var run = PolicyRun.Load(Encoding.UTF8.GetBytes(example), "policy.md", new DetectorCatalogue([], []), PolicyCapabilities.ByHand);
        Assert.Empty(run.Problems);
        await using var rig = await GuardRig.StartAsync([.. run.Policy!.Targets[0].Guard]);

        foreach (var (request, rule) in new[]
        {
            (GuardRig.Post("/v1/fine_tuning/jobs", "{}"), "no-finetune"),
            (GuardRig.Post("/v1/chat/completions", """{"tools":[{"type":"function","function":{"name":"shell.exec"}}]}"""), "no-shell"),
            ("DELETE /v1/files/1 HTTP/1.1\r\nHost: h\r\n\r\n", "read-only"),
        })
        {
            await rig.Agent.SendAsync(request);
            Assert.Contains($"denied by rule {rule} ", (await rig.AnswerAsync()).Body, StringComparison.Ordinal);
        }
        Assert.False(rig.Upstream.IsPending);
    }
}

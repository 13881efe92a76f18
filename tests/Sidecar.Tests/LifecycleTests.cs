using System.Net;
using K8sRecorder.Recording.Verify;
using K8sRecorder.Sidecar.Tests.Http;

namespace K8sRecorder.Sidecar.Tests;

/// <summary>Start, stop, and start again.</summary>
public sealed class LifecycleTests
{
    [Fact]
    public async Task Stop_cuts_what_does_not_end_and_records_that_it_did()
    {
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        await pair.Agent.ReadUntilAsync("abc");
        await pair.Sidecar.StopAsync();

        var response = Assert.Single(await Recorded.ExchangesAsync(pair.Sidecar)).Response!;
        Assert.Equal(("abc", "recorderStopped"), (await Recorded.BodyAsync(response), response.Cut));
        await Recorded.AssertSoundAsync(pair.Sidecar);
    }

    [Fact]
    public async Task Run_that_was_dropped_is_recovered_by_the_next_with_its_key()
    {
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await pair.Agent.ReadUntilAsync("ok");
        var session = pair.Sidecar.Run.Session.Id;
        await pair.Sidecar.DropAsync();
        await pair.Sidecar.StartAgainAsync();
        Assert.Equal(session, pair.Sidecar.Run.Session.Id);
        await pair.Sidecar.StopAsync();

        Assert.Equal("ok", await Recorded.BodyAsync(Assert.Single(await Recorded.ExchangesAsync(pair.Sidecar)).Response!));
        await Recorded.AssertSoundAsync(pair.Sidecar);
    }

    [Fact]
    public async Task Second_sidecar_on_a_spool_is_refused()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);

        await Assert.ThrowsAsync<Recording.Spool.SpoolRefusedException>(sidecar.StartAgainAsync);
    }

    [Fact]
    public async Task Idle_recorder_needs_no_rotation_and_used_one_rotates_at_its_age()
    {
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await pair.Agent.ReadUntilAsync("ok");
        await pair.Sidecar.Run.Sessions.RotateAsync("maxAge", CancellationToken.None);
        await pair.NextAsync("GET /y HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await pair.Agent.ReadUntilAsync("ok");
        await pair.Sidecar.StopAsync();

        Assert.Equal(2, (await Recorded.SessionsAsync(pair.Sidecar)).Count);
        Assert.Equal(2, (await Recorded.ExchangesAsync(pair.Sidecar)).Count);
        await Recorded.AssertSoundAsync(pair.Sidecar, Completeness.Complete);
    }

    [Fact]
    public async Task Admin_port_answers_and_only_to_read()
    {
        await using var pair = await ExchangePair.StartAsync("GET /secret-path HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await pair.Agent.ReadUntilAsync("ok");
        using var client = new HttpClient { BaseAddress = pair.Sidecar.Admin };

        Assert.Equal("ok\n", await client.GetStringAsync("/healthz"));
        Assert.Equal("ok\n", await client.GetStringAsync("/readyz"));
        var metrics = await client.GetStringAsync("/metrics");
        Assert.Contains("# TYPE recorder_records_written gauge\n", metrics, StringComparison.Ordinal);
        Assert.Contains("recorder_exchanges_lasted_seconds_bucket{le=\"+Inf\"} ", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-path", metrics, StringComparison.Ordinal);
        foreach (var line in metrics.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#'))
            Assert.Matches("^[a-z_]+(\\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*\\})? [0-9.eE+-]+$", line);
        using var post = await client.PostAsync("/metrics", null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        using var other = await client.GetAsync("/");
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }
}

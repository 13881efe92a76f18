using K8sRecorder.Kube.Controllers;
using K8sRecorder.Testing;

namespace K8sRecorder.Kube.Tests.Controllers;

public sealed class RateLimitedWorkTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly RateLimitedWork<string> _work;

    public RateLimitedWorkTests() => _work = new RateLimitedWork<string>(new RateLimitedWorkOptions
    {
        Time = _time,
        FirstRetry = TimeSpan.FromSeconds(1),
        LongestRetry = TimeSpan.FromSeconds(10),
    });

    private async Task<string> NextAsync()
    {
        var (has, key) = await _work.GetAsync(CancellationToken.None);
        Assert.True(has);
        return key!;
    }

    [Fact]
    public async Task Key_is_in_it_once_and_in_order()
    {
        foreach (var key in (string[])["a", "b", "a"])
            _work.Add(key);
        Assert.Equal(("a", "b", 0), (await NextAsync(), await NextAsync(), _work.Count));
    }

    [Fact]
    public async Task Key_that_is_worked_on_comes_again_only_afterwards()
    {
        _work.Add("a");
        await NextAsync();
        _work.Add("a");
        _work.Add("a");
        Assert.Equal(0, _work.Count);
        _work.Done("a");
        Assert.Equal("a", await NextAsync());
        _work.Done("a");
        Assert.Equal(0, _work.Count);
    }

    [Fact]
    public void Key_comes_after_its_time_and_the_earliest_counts()
    {
        _work.AddAfter("a", TimeSpan.FromSeconds(10));
        _work.AddAfter("a", TimeSpan.FromSeconds(5));
        _work.AddAfter("a", TimeSpan.FromSeconds(7));
        _work.AddAfter("b", TimeSpan.FromDays(60));
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(0, _work.Count);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _work.Count);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, _work.Count);
        _time.Advance(TimeSpan.FromDays(60));
        Assert.Equal(2, _work.Count);
    }

    [Fact]
    public void Failures_of_a_key_wait_longer_until_they_are_forgotten()
    {
        Assert.Equal([1, 2, 4, 8, 10, 10], Enumerable.Range(0, 6).Select(_ => (int)_work.AddRateLimited("a").TotalSeconds));
        Assert.Equal(TimeSpan.FromSeconds(1), _work.AddRateLimited("b"));
        Assert.Equal(6, _work.Failures("a"));
        _work.Forget("a");
        Assert.Equal(TimeSpan.FromSeconds(1), _work.AddRateLimited("a"));
    }

    [Fact]
    public async Task Shut_down_gives_out_what_is_ready_and_ends_who_waits()
    {
        _work.AddAfter("later", TimeSpan.FromSeconds(1));
        _work.Add("a");
        _work.ShutDown();
        _work.Add("b");
        Assert.Equal("a", await NextAsync());
        Assert.False((await _work.GetAsync(CancellationToken.None)).HasKey);
        using var other = new RateLimitedWork<string>();
        var waiting = other.GetAsync(CancellationToken.None);
        other.ShutDown();
        Assert.False((await waiting).HasKey);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, _work.Count);
    }

    [Fact]
    public async Task Waiting_can_be_cancelled_and_loses_nothing()
    {
        using var cancel = new CancellationTokenSource();
        var waiting = _work.GetAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        _work.Add("a");
        Assert.Equal("a", await NextAsync());
    }

    [Fact]
    public async Task Many_at_once_never_work_on_one_key_together()
    {
        var running = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        var total = 0;
        using var all = new CancellationTokenSource();
        var workers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (await _work.GetAsync(CancellationToken.None) is (true, { } key))
            {
                Assert.True(running.TryAdd(key, 1));
                await Task.Yield();
                Interlocked.Increment(ref total);
                running.TryRemove(key, out int _);
                _work.Done(key);
            }
        })).ToArray();
        for (var i = 0; i < 5000; i++)
            _work.Add($"k{i % 5}");
        while (_work.Count > 0)
            await Task.Yield();
        _work.ShutDown();
        await Task.WhenAll(workers);
        Assert.InRange(total, 5, 5000);
        Assert.Empty(running);
    }

    public void Dispose() => _work.Dispose();
}

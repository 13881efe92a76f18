using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Accept;

/// <summary>How often the clock of all connections ticks.</summary>
public sealed class CoarseClockTests
{
    [Fact]
    public void Clock_that_rests_does_not_tick_and_still_knows_the_time()
    {
        var time = new ManualTime();
        using var clock = new CoarseClock(time);
        var ticks = 0;
        clock.Start(() => ticks++);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, ticks);
        clock.Quicken();

        Assert.Equal(3600 * CoarseClock.TicksPerSecond, clock.Now);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(CoarseClock.TicksPerSecond, ticks);
        clock.Rest();
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(CoarseClock.TicksPerSecond, ticks);
    }

    [Fact]
    public void Clock_ticks_slowly_while_nothing_is_under_way()
    {
        var time = new ManualTime();
        using var clock = new CoarseClock(time);
        var ticks = 0;
        clock.Start(() => ticks++);
        clock.Quicken();
        clock.SlowDown();
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(12, ticks);
        time.Advance(TimeSpan.FromSeconds(3));
        clock.Quicken();

        Assert.Equal(63 * CoarseClock.TicksPerSecond, clock.Now);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(12 + CoarseClock.TicksPerSecond, ticks);
    }
}

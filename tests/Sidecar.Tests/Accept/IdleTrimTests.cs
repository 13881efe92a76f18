using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Accept;

/// <summary>When memory is given back.</summary>
public sealed class IdleTrimTests : IDisposable
{
    private const long Megabyte = 1 << 20;

    private readonly ManualTime _time = new();
    private readonly IdleTrim _trim;
    private long _allocated = 100 * Megabyte;
    private int _trims;
    private bool _isBusy;

    public IdleTrimTests() => _trim = new IdleTrim(_time, () => _isBusy, () => _allocated, () => _trims++);

    public void Dispose() => _trim.Dispose();

    [Fact]
    public void Burst_that_is_over_is_trimmed_once()
    {
        _trim.Idle();
        Assert.Equal(0, _trims);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _trims);
        _trim.Idle();
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, _trims);
    }

    [Fact]
    public void Few_exchanges_are_not_worth_it()
    {
        _trim.Idle();
        _time.Advance(TimeSpan.FromSeconds(1));
        _allocated += 31 * Megabyte;
        _trim.Idle();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, _trims);
        _allocated += 2 * Megabyte;
        _trim.Idle();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, _trims);
    }

    [Fact]
    public void Work_that_goes_on_is_waited_for()
    {
        _trim.Idle();
        for (var i = 0; i < 10; i++)
        {
            _allocated += Megabyte;
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(0, _trims);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _trims);
    }

    [Fact]
    public void Work_that_allocates_nothing_is_not_stopped()
    {
        _trim.Idle();
        _isBusy = true;
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, _trims);
        _isBusy = false;
        _trim.Idle();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _trims);
    }

    [Fact]
    public void Clock_says_when_nothing_is_under_way()
    {
        using var clock = new CoarseClock(_time) { Slowed = _trim.Idle };
        clock.Start(() => { });
        clock.Quicken();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, _trims);
        clock.SlowDown();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _trims);
        _allocated += 100 * Megabyte;
        clock.Quicken();
        clock.Rest();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, _trims);
    }

    [Fact]
    public void Nothing_happens_after_the_end()
    {
        _trim.Idle();
        _trim.Dispose();
        _trim.Idle();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, _trims);
    }
}

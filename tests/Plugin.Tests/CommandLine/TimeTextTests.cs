using K8sRecorder.Plugin.CommandLine;

namespace K8sRecorder.Plugin.Tests.CommandLine;

public sealed class TimeTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("90s", "2026-11-21T11:58:30Z")]
    [InlineData("30m", "2026-11-21T11:30:00Z")]
    [InlineData("2h", "2026-11-21T10:00:00Z")]
    [InlineData("7d", "2026-11-14T12:00:00Z")]
    [InlineData("2026-11-20", "2026-11-20T00:00:00Z")]
    [InlineData("2026-11-20T08:30Z", "2026-11-20T08:30:00Z")]
    [InlineData("2026-11-20T08:30:01.5+02:00", "2026-11-20T06:30:01.5Z")]
    public void Time_in_any_form_is_read(string text, string expected)
    {
        Assert.True(TimeText.TryParse(text, Now, out var at));
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), at);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("5x")]
    [InlineData("-5m")]
    [InlineData("999999d")]
    [InlineData("21.11.2026")]
    public void Time_in_no_form_is_refused(string text) => Assert.False(TimeText.TryParse(text, Now, out _));
}

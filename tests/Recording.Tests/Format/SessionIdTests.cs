using System.Security.Cryptography;
using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Testing;

namespace K8sRecorder.Recording.Tests.Format;

public class SessionIdTests
{
    [Fact]
    public void New_name_says_its_time_and_is_read_back()
    {
        using var random = RandomNumberGenerator.Create();
        var time = new ManualTime();
        var id = SessionId.New(time, random);
        Assert.Equal(time.GetUtcNow(), id.OpenedAt);
        Assert.True(StoreLayout.IsSession(id.ToString()));
        Assert.Equal(time.GetUtcNow(), StoreLayout.TimeOf(id.ToString()));
        Assert.True(SessionId.TryParse(id.ToString(), out var again));
        Assert.Equal(id, again);
    }

    [Fact]
    public void Next_name_sorts_after_the_one_before_though_the_clock_went_back()
    {
        using var random = RandomNumberGenerator.Create();
        var first = SessionId.New(new ManualTime(), random);
        var back = new ManualTime(new ManualTime().GetUtcNow().AddHours(-1));
        Assert.True(string.CompareOrdinal(first.ToString(), SessionId.New(back, random, first).ToString()) < 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("01arz3ndektsv4rrffq69g5fa")]
    [InlineData("01arz3ndektsv4rrffq69g5favv")]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    [InlineData("81arz3ndektsv4rrffq69g5fav")]
    [InlineData("7zzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("01arz3ndektsv4rrffq69g5fau")]
    [InlineData("../rz3ndektsv4rrffq69g5fav")]
    public void Text_that_is_no_name_is_refused(string text) => Assert.False(SessionId.TryParse(text, out _));
}

using K8sRecorder.Plugin.Sessions;

namespace K8sRecorder.Plugin.Tests.Sessions;

public sealed class ShortIdsTests
{
    [Fact]
    public void Short_ids_are_told_from_each_other()
    {
        var shorten = ShortIds.Of(["01m7yrrt80aaaaaaaaaaaaaaaa", "01m7yrrt80abaaaaaaaaaaaaaa", "01m7yj9x50bbbbbbbbbbbbbbbb"]);
        Assert.Equal("01m7yrrt80aa", shorten("01m7yrrt80aaaaaaaaaaaaaaaa"));
        Assert.Equal("01m7yrrt80ab", shorten("01m7yrrt80abaaaaaaaaaaaaaa"));
    }

    [Fact]
    public void Short_ids_are_not_shorter_than_people_can_tell() => Assert.Equal("01m7yrrt", ShortIds.Of(["01m7yrrt80aaaaaaaaaaaaaaaa"])("01m7yrrt80aaaaaaaaaaaaaaaa"));
}

using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Recording.Tests.Reading;

/// <summary>Sizes are what a recording says, and it may say anything.</summary>
public sealed class ByteCountTests
{
    [Fact]
    public void Sizes_add_up() => Assert.Equal(6, ByteCount.Sum([1, 2, 3]));

    [Fact]
    public void Sum_stops_before_it_overflows() => Assert.Equal(ByteCount.Most, ByteCount.Sum([long.MaxValue, long.MaxValue, 5]));

    [Fact]
    public void Size_below_zero_counts_nothing() => Assert.Equal(7, ByteCount.Sum([3, long.MinValue, -1, 4]));
}

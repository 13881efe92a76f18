using System.Security.Cryptography;
using K8sRecorder.Recording.Parts;

namespace K8sRecorder.Recording.Tests.Parts;

public class PartTableTests
{
    [Fact]
    public void Least_recently_used_part_is_forgotten_first()
    {
        var table = new PartTable(3);
        for (var i = 0; i < 3; i++)
            table.Set(Key(i), i);
        Assert.True(table.TryGet(Key(0), out _, out _));
        table.Set(Key(3), 3);
        Assert.Equal(3, table.Count);
        Assert.False(table.TryGet(Key(1), out _, out _));
        Assert.All([0, 2, 3], i => Assert.True(table.TryGet(Key(i), out var part, out _) && part == i));
    }

    [Theory]
    [InlineData(100, 300)]
    [InlineData(1500, 4000)]
    public void Table_behaves_as_a_plain_list_of_the_last_used(int capacity, int keys)
    {
        var random = new Random(11);
        var table = new PartTable(capacity);
        var recent = new List<(int Key, long Part)>();
        for (var step = 0L; step < 20_000; step++)
        {
            var key = random.Next(keys);
            var known = recent.FindIndex(entry => entry.Key == key);
            if (random.Next(2) == 0)
            {
                Assert.Equal(known >= 0, table.TryGet(Key(key), out var part, out _));
                if (known < 0)
                    continue;
                Assert.Equal(recent[known].Part, part);
                recent.Add(recent[known]);
                recent.RemoveAt(known);
                continue;
            }

            table.Set(Key(key), step);
            if (known >= 0)
                recent.RemoveAt(known);
            recent.Add((key, step));
            if (recent.Count > capacity)
                recent.RemoveAt(0);
        }

        Assert.Equal(recent.Count, table.Count);
    }

    [Fact]
    public void Runs_of_a_piece_are_remembered_beside_its_part()
    {
        var table = new PartTable(10);
        table.SetRun(Key(1), 3);
        table.SetRun(Key(1), 7);
        Assert.True(table.TryGet(Key(1), out var part, out var runs));
        Assert.Equal(-1, part);
        Assert.Equal((1UL << 3) | (1UL << 7), runs);
        table.Set(Key(1), 5);
        Assert.True(table.TryGet(Key(1), out part, out runs));
        Assert.Equal(5, part);
        Assert.Equal((1UL << 3) | (1UL << 7), runs);
    }

    private static PartKey Key(int value) => PartKey.From(SHA256.HashData(BitConverter.GetBytes(value)));
}

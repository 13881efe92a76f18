using System.Text;

namespace K8sRecorder.Policy.Tests;

/// <summary>Reading is total: whatever becomes of a valid document, it answers.</summary>
public sealed class MutationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Mutated_document_is_answered_and_never_thrown_at(int seed)
    {
        var random = new Random(seed);
        var valid = Encoding.UTF8.GetBytes(PolicyText.Contract);
        for (var round = 0; round < 750; round++)
        {
            var bytes = valid.ToList();
            for (var edits = random.Next(1, 8); edits > 0; edits--)
                Edit(bytes, random);

            var run = PolicyRun.Load(bytes.ToArray(), "mutated", PolicyText.Detectors, PolicyCapabilities.ByHand);

            // The contract document is never enforceable whole, and no few edits make it so.
            Assert.NotEmpty(run.Problems);
            Assert.Null(run.Policy);
        }
    }

    [Fact]
    public void Every_prefix_of_the_document_is_answered()
    {
        var valid = Encoding.UTF8.GetBytes(PolicyText.Contract);
        for (var length = 0; length < valid.Length; length += 3)
        {
            var run = PolicyRun.Load(valid.AsSpan(0, length), "cut", PolicyText.Detectors, PolicyCapabilities.ByHand);
            Assert.True(run.Problems.Count > 0 ^ run.Policy is not null); // cut behind spec.capture it is one: all is redirected, no target has a name
        }
    }

    private static void Edit(List<byte> bytes, Random random)
    {
        const string spice = ":{}[],-#&*!|>'\"%@`?~ \t\n\r\0\\.0";
        var at = random.Next(bytes.Count);
        switch (random.Next(5))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1:
                bytes[at] = (byte)spice[random.Next(spice.Length)];
                break;
            case 2:
                bytes.Insert(at, (byte)spice[random.Next(spice.Length)]);
                break;
            case 3:
                bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at));
                bytes.Add((byte)'\n');
                break;
            default:
                bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count / 2), random.Next(1, 60)));
                break;
        }
    }
}

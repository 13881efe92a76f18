using System.Runtime.Loader;
using K8sRecorder.Fuzz.Coverage;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Recording.Verify;
using K8sRecorder.Testing;

namespace K8sRecorder.Fuzz;

/// <summary>The engine itself: a fuzzer that finds nothing looks like parsers that are sound.</summary>
[Collection("engine")] // one map of branches in a process
public sealed class EngineTests
{
    [Fact]
    public void Broken_rule_a_throw_and_hunger_for_memory_are_findings()
    {
        Assert.False(Execute([]).IsFinding);
        Assert.Equal("rule", Execute("rule"u8.ToArray()).Kind);
        Assert.StartsWith("throws InvalidOperationException", Execute("throw"u8.ToArray()).Kind, StringComparison.Ordinal);
        Assert.Equal("memory", Execute("memory"u8.ToArray()).Kind);
    }

    [Fact]
    public void Input_is_made_as_small_as_what_breaks()
    {
        var large = new byte[3000];
        new Random(1).NextBytes(large);
        "ru"u8.CopyTo(large.AsSpan(1000));
        "le"u8.CopyTo(large.AsSpan(2000));

        var small = Minimizer.Shrink(large, bytes => bytes.AsSpan().IndexOf("ru"u8) is >= 0 and var at && bytes.AsSpan(at).IndexOf("le"u8) >= 0, TimeSpan.FromMinutes(1));

        Assert.Equal("rule"u8.ToArray(), small);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5000)]
    public void Pieces_of_every_way_are_the_input(int length)
    {
        var input = new byte[length];
        new Random(length).NextBytes(input);
        foreach (var way in Splits.Ways(input))
        {
            var fed = new List<byte>();
            Splits.Feed(input, way, piece => fed.AddRange(piece.Span));
            Assert.Equal(input, fed);
        }
    }

    [Fact]
    public void Mutations_differ_and_keep_within_the_bound()
    {
        var mutator = new Mutator(new Random(3), ["word"u8.ToArray()], most: 500);
        var made = Enumerable.Range(0, 500).Select(_ => mutator.Mutate(new byte[400], "other"u8.ToArray())).ToList();

        Assert.All(made, bytes => Assert.InRange(bytes.Length, 0, 500));
        Assert.True(made.Select(Convert.ToHexString).Distinct().Count() > 400);
    }

    [Fact]
    public void Instrumented_code_shows_which_way_it_went()
    {
        using var folder = new TemporaryFolder();
        var literals = new SortedSet<string>(StringComparer.Ordinal);
        var copy = folder["K8sRecorder.Recording.dll"];
        Assert.True(Instrumenter.Rewrite(typeof(TrustSet).Assembly.Location, copy, literals).Count > 1000);
        Assert.Contains(Convert.ToHexString("SHA256:"u8), literals);
        var method = new AssemblyLoadContext("instrumented").LoadFromAssemblyPath(copy).GetType(typeof(TrustSet).FullName!)!
            .GetMethod(nameof(TrustSet.IsFingerprint))!;

        var (refused, taken) = (Way(""), Way("SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"));

        Assert.NotEmpty(refused);
        Assert.NotEmpty(taken.Except(refused));
        Assert.Equal(taken, Way("SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"));

        List<int> Way(string text)
        {
            var features = new List<int>();
            EdgeMap.Reset();
            method.Invoke(null, [text]);
            EdgeMap.CollectCounts(features);
            return features;
        }
    }

    [Theory]
    [InlineData("--target sse --time 1h --seed 7 --jobs 2", true)]
    [InlineData("--time 1x", false)]
    [InlineData("--seed", false)]
    [InlineData("--what 1", false)]
    public void Command_line_is_taken_or_explained(string words, bool isTaken)
    {
        Assert.Equal(isTaken, FuzzOptions.Parse(words.Split(' '), out var problem) is not null);
        Assert.Equal(isTaken, problem.Length == 0);
    }

    private static Outcome Execute(byte[] input) => new Executor(new Breakable(), watchTime: false).Run(input);

    /// <summary>Breaks as it is told.</summary>
    private sealed class Breakable : FuzzTarget
    {
        public override string Name => "breakable";

        public override string Subject => "nothing";

        public override void Run(byte[] input, Measure measure)
        {
            if (input.AsSpan().SequenceEqual("rule"u8))
                throw new OracleException("rule", "it was to break");
            if (input.AsSpan().SequenceEqual("throw"u8))
                throw new InvalidOperationException("it was to throw");
            measure.Begin();
            if (input.AsSpan().SequenceEqual("memory"u8))
                GC.KeepAlive(new byte[8 << 20]);
            measure.End();
        }
    }
}

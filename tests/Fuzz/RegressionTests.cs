using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Fuzz.Targets;
using K8sRecorder.Testing;

namespace K8sRecorder.Fuzz;

/// <summary>What the fuzzer found once stays found: every input in <c>Regressions/</c>, and every seed, by its target. No limit of time holds here.</summary>
[Collection("engine")]
public sealed class RegressionTests
{
    public static TheoryData<string> Targets => [.. AllTargets.List.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Inputs_that_once_broke_a_parser_are_taken(string name)
    {
        var target = AllTargets.List.Single(t => t.Name == name);
        var executor = new Executor(target, watchTime: false);
        var folder = RepositoryRoot.File(Path.Combine("tests/Fuzz/Regressions", name));
        var inputs = Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Select(f => (Name: Path.GetFileName(f), Bytes: File.ReadAllBytes(f))) : [];
        foreach (var input in inputs.Concat(target.Seeds().Select((bytes, i) => (Name: $"seed {i}", Bytes: bytes))))
        {
            if (input.Bytes.Length > target.MaxLength)
                continue;
            var outcome = executor.Run(input.Bytes);
            Assert.False(outcome.IsFinding, $"{input.Name}: {outcome.Kind}: {outcome.Detail}");
        }
    }

    [Fact]
    public void Regressions_belong_to_a_target() =>
        Assert.Empty(Directory.EnumerateDirectories(RepositoryRoot.File("tests/Fuzz/Regressions")).Select(Path.GetFileName)
            .Except(AllTargets.List.Select(t => t.Name)));
}

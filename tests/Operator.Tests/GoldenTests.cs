using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using K8sRecorder.Operator.Injection;
using K8sRecorder.Policy.Selection;

namespace K8sRecorder.Operator.Tests;

/// <summary>
/// Pods of all shapes and what becomes of them. RECORDER_VECTORS=1 writes what is expected anew; look at the difference before it is committed.
/// </summary>
public sealed class GoldenTests
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Pods => [.. Case.Names];

    [Fact]
    public void There_are_many_shapes() => Assert.InRange(Case.Names.Count(), 60, 1000);

    [Theory]
    [MemberData(nameof(Pods))]
    public void Pod_becomes_what_is_expected_and_a_second_pass_changes_nothing(string name)
    {
        var golden = Case.Read(name);
        var before = golden.Pod.ToJsonString();

        var decision = golden.Admit(golden.Pod);

        var file = Path.Combine(Case.Folder, name + ".json");
        var text = Text(decision);
        if (Environment.GetEnvironmentVariable("RECORDER_VECTORS") is { Length: > 0 })
            File.WriteAllText(file, text);
        Assert.Equal(File.ReadAllText(file), text);
        Assert.Equal(before, golden.Pod.ToJsonString());
        if (decision.Outcome == RecordingOutcome.Refuse)
            return;
        var after = PatchApplied.To(golden.Pod, decision.Patch);
        var again = golden.Admit(after);
        Assert.Equal("[]", again.Patch.ToJsonString());
        Assert.Equal((decision.Outcome, decision.Reason, decision.Message), (again.Outcome, again.Reason, again.Message));
    }

    /// <summary>What must hold of every pod that is let in as recorded, whatever its author wrote.</summary>
    [Theory]
    [MemberData(nameof(Pods))]
    public void Nothing_of_the_recorder_is_anybody_elses(string name)
    {
        var golden = Case.Read(name);
        var decision = golden.Admit(golden.Pod);
        if (decision.Outcome == RecordingOutcome.Inject)
            Injected.Check(golden, PatchApplied.To(golden.Pod, decision.Patch));
        else
            Assert.NotEqual("", decision.Reason);
    }

    private static string Text(PodDecision decision) => new JsonObject
    {
        ["outcome"] = decision.Outcome.ToString(),
        ["reason"] = decision.Reason,
        ["message"] = decision.Message,
        ["warnings"] = new JsonArray([.. decision.Warnings.Select(warning => (JsonNode)warning)]),
        ["patch"] = decision.Patch.DeepClone(),
    }.ToJsonString(Readable) + "\n";
}

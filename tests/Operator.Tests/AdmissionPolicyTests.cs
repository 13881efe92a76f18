using K8sRecorder.Operator.Injection;
using K8sRecorder.Policy.Selection;
using K8sRecorder.Testing;
using YamlDotNet.RepresentationModel;

namespace K8sRecorder.Operator.Tests;

/// <summary>The admission policies speak of what the injection writes, and refuse where they cannot judge.</summary>
public sealed class AdmissionPolicyTests
{
    private static readonly string Text = File.ReadAllText(RepositoryRoot.File("deploy/admission.yaml"));

    private static readonly List<YamlMappingNode> Documents = Read();

    public static TheoryData<string> Policies => [.. OfKind("ValidatingAdmissionPolicy").Select(Name)];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Policy_refuses_also_what_it_cannot_judge_and_says_why(string name)
    {
        var policy = OfKind("ValidatingAdmissionPolicy").Single(document => Name(document) == name);
        var binding = OfKind("ValidatingAdmissionPolicyBinding").Single(document => Value(document["spec"], "policyName") == name);

        Assert.Equal("Fail", Value(policy["spec"], "failurePolicy"));
        Assert.Contains("Deny", ((YamlSequenceNode)binding["spec"]["validationActions"]).Select(action => action.ToString()));
        foreach (var validation in ((YamlSequenceNode)policy["spec"]["validations"]).Cast<YamlMappingNode>())
            Assert.True(validation.Children.ContainsKey("message") || validation.Children.ContainsKey("messageExpression"));
        // Without the object that says what is right, nothing is.
        if (((YamlMappingNode)policy["spec"]).Children.ContainsKey("paramKind"))
            Assert.Equal("Deny", Value(binding["spec"]["paramRef"], "parameterNotFoundAction"));
    }

    [Theory]
    [InlineData("ephemeral-containers.k8srecorder.io")]
    [InlineData("connections.k8srecorder.io")]
    [InlineData("pods.k8srecorder.io")]
    public void Policy_holds_where_recording_is_required(string name)
    {
        var binding = OfKind("ValidatingAdmissionPolicyBinding").Single(document => Name(document) == name);

        Assert.Equal("required", Value(binding["spec"]["matchResources"]["namespaceSelector"]["matchLabels"], RecordingKeys.NamespaceLabel));
    }

    [Fact]
    public void Names_are_those_of_the_injection()
    {
        Assert.Contains($"c.name == '{RecorderNames.Recorder}'", Text, StringComparison.Ordinal);
        Assert.Contains($"c.name == '{RecorderNames.Init}'", Text, StringComparison.Ordinal);
        Assert.Contains($"m.name.startsWith('{RecorderNames.VolumePrefix}')", Text, StringComparison.Ordinal);
        Assert.Contains($"m.name == '{RecorderNames.Trust}'", Text, StringComparison.Ordinal);
        var decision = Case.Read("hardened");
        var pod = PatchApplied.To(decision.Pod, decision.Admit(decision.Pod).Patch);
        foreach (var container in pod["spec"].AllContainers().Where(container => RecorderNames.IsOurContainer(container.Text("name"))))
            Assert.Contains($"c.command == ['{Assert.Single(container.Texts("command"))}']", Text, StringComparison.Ordinal);
    }

    private static IEnumerable<YamlMappingNode> OfKind(string kind) => Documents.Where(document => Value(document, "kind") == kind);

    private static string Name(YamlMappingNode document) => Value(document["metadata"], "name");

    private static string Value(YamlNode node, string key) => node[key].ToString();

    private static List<YamlMappingNode> Read()
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(Text));
        return [.. stream.Documents.Select(document => (YamlMappingNode)document.RootNode)];
    }
}

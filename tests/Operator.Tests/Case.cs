using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using K8sRecorder.Operator.Injection;
using K8sRecorder.Testing;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace K8sRecorder.Operator.Tests;

/// <summary>A golden pod: its namespace, what policies and stores there are beside the store <c>default</c>, and the pod, as one YAML file.</summary>
internal sealed partial class Case
{
    private const string DefaultStore = "apiVersion: k8srecorder.io/v1alpha1\nkind: RecordingStore\nmetadata: { name: default }\nspec: { azureBlob: { containerUrl: \"https://acct.blob.core.windows.net/recordings\" } }\n";

    public static readonly string Folder = RepositoryRoot.File("tests/Operator.Tests/golden");

    public static InjectionOptions Options { get; } = new()
    {
        Image = "registry.example/k8srecorder-sidecar@sha256:0000000000000000000000000000000000000000000000000000000000000000",
        InstallId = "inst-1",
        OperatorUrl = "https://k8srecorder-operator.k8srecorder.svc:8443",
        OperatorAuthority = "-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n",
        OldestNodeMinor = 33,
    };

    private Case(JsonObject pod, NamespaceFacts ns, PolicyCatalog catalog, InjectionOptions chosen) => (Pod, Namespace, Catalog, Chosen) = (pod, ns, catalog, chosen);

    public JsonObject Pod { get; }

    public NamespaceFacts Namespace { get; }

    public PolicyCatalog Catalog { get; }

    public InjectionOptions Chosen { get; }

    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    public static Case Read(string name) => Parse(File.ReadAllText(Path.Combine(Folder, name + ".yaml")));

    public static Case Parse(string text)
    {
        var entries = new List<PolicyEntry>();
        var (options, ns, pod) = (Options, (JsonObject?)null, (JsonObject?)null);
        foreach (var part in text.Split("---\n").Append(DefaultStore))
        {
            switch (Kind().Match(part).Groups[1].Value)
            {
                case "Options":
                    options = options with { OldestNodeMinor = (int)Yaml(part)["oldestNodeMinor"]!.GetValue<long>() };
                    break;
                case "Namespace":
                    ns = Yaml(part)["metadata"]!.AsObject();
                    break;
                case "Pod":
                    pod = Yaml(part);
                    break;
                default:
                    entries.AddRange(PolicyEntry.Read(Encoding.UTF8.GetBytes(part), "policies"));
                    break;
            }
        }
        return new Case(pod!, new NamespaceFacts(ns.Text("name")!, ns.Map("labels"), ns.Map("annotations")), new PolicyCatalog(entries), options);
    }

    /// <summary>One document as the API server sees it.</summary>
    public static JsonObject Yaml(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return Json(stream.Documents[0].RootNode)!.AsObject();
    }

    public PodDecision Admit(JsonObject pod) => PodAdmission.Admit(pod, Namespace, Catalog, Chosen);

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(entry => KeyValuePair.Create(((YamlScalarNode)entry.Key).Value!, Json(entry.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" } => true,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "false" } => false,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } value } when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        YamlScalarNode scalar => scalar.Value,
        _ => null,
    };

    [GeneratedRegex(@"^kind: (\w+)", RegexOptions.Multiline)]
    private static partial Regex Kind();
}

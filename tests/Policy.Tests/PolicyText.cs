using System.Text;

namespace K8sRecorder.Policy.Tests;

/// <summary>Policies as the tests write them.</summary>
internal static class PolicyText
{
    public static readonly DetectorCatalogue Detectors = new(["openai-key", "aws-access-key", "card"], ["cloud", "pii"]);

    /// <summary>The smallest policy that a run by hand takes; the rest of the spec follows.</summary>
    public const string Least = """
        apiVersion: k8srecorder.io/v1alpha1
        kind: RecordingPolicy
        metadata: { name: agents }
        spec:
          targets:
            - { name: openai, listen: "127.0.0.1:8080", protocol: HTTP, upstream: { address: "api.openai.com:443" } }

        """;

    public static string Contract => File.ReadAllText(Path.Combine(Root, "tests", "Policy.Tests", "Documents", "contract.yaml"));

    public static string Root { get; } = FindRoot();

    public static PolicyRun Load(string text) =>
        PolicyRun.Load(Encoding.UTF8.GetBytes(text), "agents.yaml", Detectors, PolicyCapabilities.ByHand);

    /// <summary>Problems of the least policy with these lines of spec added.</summary>
    public static string[] ProblemsWith(string spec) => [.. Load(With(spec)).Problems.Select(problem => problem.ToString())];

    public static string With(string spec) => Least + string.Concat(spec.ReplaceLineEndings("\n").Split('\n').Select(line => "  " + line + "\n"));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "K8sRecorder.slnx")))
                return folder.FullName;
        throw new InvalidOperationException("the tests run inside the repository");
    }
}

using K8sRecorder.Policy.Binding;
using K8sRecorder.Policy.Yaml;

namespace K8sRecorder.Policy;

/// <summary>Reads policy files. Total: whatever the bytes are, it answers with documents and problems and does not throw.</summary>
public static class PolicyFile
{
    /// <summary>Reads all documents of a file; <paramref name="fileName"/> is only shown.</summary>
    public static PolicyResult Parse(ReadOnlySpan<byte> utf8Yaml, string fileName)
    {
        var problems = new ProblemList(fileName);
        var documents = new List<PolicyDocument>();
        foreach (var root in new YamlReader(problems).Read(utf8Yaml))
            if (DocumentBinder.Bind(root, fileName, problems) is { } document)
                documents.Add(document);
        return new PolicyResult(documents, problems.InOrder());
    }
}

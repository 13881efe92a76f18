using K8sRecorder.Policy.Model;
using K8sRecorder.Policy.Yaml;

namespace K8sRecorder.Policy.Binding;

/// <summary>Turns one YAML document into a policy document.</summary>
internal static class DocumentBinder
{
    private const string ApiVersion = "k8srecorder.io/v1alpha1";

    /// <summary>Null where not even the kind can be told.</summary>
    public static PolicyDocument? Bind(YamlNode root, string file, ProblemList problems)
    {
        if (root is not YamlMapping mapping)
        {
            problems.Add(root.Line, "", "a policy begins with apiVersion, kind, metadata and spec");
            return null;
        }
        var context = new BindingContext(problems);
        context.Mark("", root.Line, null);
        var reader = new MappingReader(context, mapping, "");
        var apiVersion = reader.Text("apiVersion");
        if (apiVersion != ApiVersion && !context.IsRefused("apiVersion"))
            context.Report(context.LineOf("apiVersion", root.Line), "apiVersion", $"must be {ApiVersion}");
        var kind = reader.Choice<PolicyKind>("kind");
        if (kind is null)
        {
            // Without the kind nothing is known about the other fields.
            if (!context.IsRefused("kind"))
                context.Report(root.Line, "kind", $"is missing; write one of {string.Join(", ", Enum.GetNames<PolicyKind>())}");
            return null;
        }
        reader.Ignore("status");
        var document = BindKind(reader, kind.Value, file, context);
        reader.Finish();
        return document;
    }

    private static PolicyDocument BindKind(MappingReader reader, PolicyKind kind, string file, BindingContext context)
    {
        var metadata = reader.Object("metadata", PolicyBinder.Metadata) ?? new ObjectMetadata();
        return kind == PolicyKind.RecordingStore
            ? new RecordingStoreDocument
            {
                File = file,
                Kind = kind,
                Metadata = metadata,
                Fields = context.Fields,
                Spec = reader.Object("spec", StoreBinder.Spec) ?? new RecordingStoreSpec(),
            }
            : new RecordingPolicyDocument
            {
                File = file,
                Kind = kind,
                Metadata = metadata,
                Fields = context.Fields,
                Spec = reader.Object("spec", spec => PolicyBinder.Spec(spec, kind)) ?? new RecordingPolicySpec(),
            };
    }
}

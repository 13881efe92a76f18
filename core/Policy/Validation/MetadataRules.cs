using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Validation;

/// <summary>What must hold of a document's metadata.</summary>
internal static class MetadataRules
{
    public static void Check(PolicyCheck check, PolicyDocument document)
    {
        var metadata = document.Metadata;
        check.Required("metadata.name", metadata.Name, Names.IsLabel, Names.LabelForm);
        if (document.Kind == PolicyKind.RecordingPolicy)
            check.Optional("metadata.namespace", metadata.Namespace, Names.IsLabel, Names.LabelForm);
        else if (metadata.Namespace is not null)
            check.Report("metadata.namespace", $"must be absent; a {document.Kind} belongs to the cluster");
        foreach (var (key, value) in metadata.Labels)
            SelectorRules.CheckLabel(check, FieldPath.Key("metadata.labels", key), key, value);
        foreach (var key in metadata.Annotations.Keys)
            if (!Names.IsLabelKey(key))
                check.Report(FieldPath.Key("metadata.annotations", key), "must be an annotation's key, such as example.com/note");
        if (!check.IsWritten("spec"))
            check.Report("spec", "is missing; write what the policy asks for below it");
    }
}

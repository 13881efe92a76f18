using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Binding;

/// <summary>The masking of a recording policy.</summary>
internal static class MaskingBinder
{
    public static MaskingSpec Masking(MappingReader from) => new()
    {
        Detectors = from.Object("detectors", detectors => new DetectorsSpec
        {
            Include = detectors.Texts("include"),
            Exclude = detectors.Texts("exclude") ?? [],
        }),
        TagGuessable = from.Texts("tagGuessable") ?? [],
        Rules = from.Objects("rules", rule => new MaskingRuleSpec
        {
            Name = rule.Text("name"),
            Pattern = rule.Text("pattern"),
            MaxLength = rule.Number("maxLength"),
        }),
        Headers = from.Texts("headers") ?? [],
        Json = from.Texts("json") ?? [],
        Columns = from.Texts("columns") ?? [],
        Inline = from.Flag("inline"),
    };
}

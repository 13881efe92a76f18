using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using K8sRecorder.Policy.Model;

namespace K8sRecorder.Crds;

/// <summary>What the model says about itself: its doc comments.</summary>
internal static partial class ModelText
{
    private static readonly Dictionary<string, string> Summaries = XDocument.Load(Path.ChangeExtension(typeof(RecordingPolicySpec).Assembly.Location, ".xml"))
        .Descendants("member").Where(member => member.Element("summary") is not null)
        .ToDictionary(member => member.Attribute("name")!.Value, member => Words(member.Element("summary")!));

    public static string Of(PropertyInfo property)
    {
        var text = Summaries[$"P:{property.DeclaringType!.FullName}.{property.Name}"];
        var type = Nullable.GetUnderlyingType(property.PropertyType);
        return type is { IsEnum: true }
            ? $"{text} {string.Join(' ', Enum.GetNames(type).Select(name => $"{name}: {Lower(Summaries[$"F:{type.FullName}.{name}"])}"))}"
            : text;
    }

    public static string OfType(Type type) => Summaries[$"T:{type.FullName}"];

    public static string OfKind(PolicyKind kind) => Summaries[$"F:{typeof(PolicyKind).FullName}.{kind}"];

    private static string Lower(string text) => text.Length > 1 && char.IsLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;

    private static string Words(XElement summary)
    {
        foreach (var see in summary.Descendants("see").ToList())
            see.ReplaceWith(see.Attribute("cref")?.Value.Split('.')[^1] ?? "");
        return Spaces().Replace(summary.Value, " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

using System.Text.RegularExpressions;

namespace K8sRecorder.Policy.Yaml;

/// <summary>A scalar; <paramref name="IsPlain"/> is false where it was quoted or a block.</summary>
internal sealed partial record YamlScalar(int Line, string Value, bool IsPlain) : YamlNode(Line)
{
    /// <summary>Nothing was written, or a plain null.</summary>
    public bool IsNull => IsPlain && (Value is "" or "~" or "null" or "Null" or "NULL");

    /// <summary>
    /// Something else than text to <c>kubectl</c>, which reads YAML 1.1: numbers and all the ways to say yes and no.
    /// The same file must mean the same to both of us, so these have to be quoted where text is meant.
    /// </summary>
    public bool IsNotText => IsPlain && NotText().IsMatch(Value);

    [GeneratedRegex(@"\A(?:[-+]?(?:[0-9][0-9_]*)(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|[-+]?\.[0-9]+(?:[eE][-+]?[0-9]+)?|[-+]?0[xo][0-9a-fA-F_]+" +
        @"|0b[01_]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|[Tt]rue|TRUE|[Ff]alse|FALSE|[Yy]es|YES|[Nn]o|NO|[Oo]n|ON|[Oo]ff|OFF)\z")]
    private static partial Regex NotText();
}

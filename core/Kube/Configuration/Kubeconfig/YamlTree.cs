using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace K8sRecorder.Kube.Configuration.Kubeconfig;

/// <summary>
/// Turns the first YAML document of some bytes into JSON nodes. Aliases, anchors and tags are refused, so that a tree is never larger than
/// its file; depth and nodes are bounded; whatever the bytes, the answer is a tree or a problem.
/// </summary>
internal sealed class YamlTree
{
    private int _nodes;

    private YamlTree()
    {
    }

    /// <summary>The document; null with <paramref name="problem"/> set, or null without where there is none.</summary>
    public static JsonNode? Read(ReadOnlySpan<byte> utf8, out string? problem)
    {
        problem = utf8.Length > KubeconfigLimits.Bytes ? "is larger than 8 MiB" : Utf8.IsValid(utf8) ? null : "is not valid UTF-8";
        if (problem is not null)
            return null;
        if (utf8.StartsWith("\uFEFF"u8))
            utf8 = utf8[3..];
        try
        {
            return new YamlTree().ReadDocument(new Parser(new StringReader(Encoding.UTF8.GetString(utf8))));
        }
        catch (YamlTreeException unreadable)
        {
            problem = unreadable.Message;
        }
        catch (YamlException broken)
        {
            // YamlDotNet quotes the text it stumbled over, and here that may be half a token.
            problem = $"line {broken.Start.Line}: not YAML here";
        }
        return null;
    }

    private JsonNode? ReadDocument(Parser parser)
    {
        while (Advance(parser))
            if (parser.Current is DocumentStart)
                return ReadNode(parser, Next(parser), 0);
        return null;
    }

    private JsonNode? ReadNode(Parser parser, ParsingEvent at, int depth)
    {
        if (at is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
            throw new YamlTreeException(at, "anchors and aliases are not supported; write the value out");
        if (at is NodeEvent { Tag.IsEmpty: false, Tag.IsNonSpecific: false })
            throw new YamlTreeException(at, "tags are not supported; remove the one that begins with !");
        if (depth > KubeconfigLimits.Depth)
            throw new YamlTreeException(at, $"nested deeper than {KubeconfigLimits.Depth} levels");
        if (++_nodes > KubeconfigLimits.Nodes)
            throw new YamlTreeException(at, $"more than {KubeconfigLimits.Nodes} values");
        return at switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart => ReadSequence(parser, depth),
            MappingStart => ReadMapping(parser, depth),
            _ => throw new YamlTreeException(at, "not a value"),
        };
    }

    private static JsonValue? ReadScalar(Scalar scalar)
    {
        if (scalar.Style != ScalarStyle.Plain)
            return JsonValue.Create(scalar.Value);
        return scalar.Value switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ when long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
            _ => JsonValue.Create(scalar.Value),
        };
    }

    private JsonArray ReadSequence(Parser parser, int depth)
    {
        var items = new JsonArray();
        for (var at = Next(parser); at is not SequenceEnd; at = Next(parser))
            items.Add(ReadNode(parser, at, depth + 1));
        return items;
    }

    private JsonObject ReadMapping(Parser parser, int depth)
    {
        var fields = new JsonObject();
        for (var at = Next(parser); at is not MappingEnd; at = Next(parser))
        {
            if (at is not Scalar { Anchor.IsEmpty: true } key)
                throw new YamlTreeException(at, "a field's name must be plain text");
            if (fields.ContainsKey(key.Value))
                throw new YamlTreeException(at, "a field stands twice");
            fields.Add(key.Value, ReadNode(parser, Next(parser), depth + 1));
        }
        return fields;
    }

    private static ParsingEvent Next(Parser parser) =>
        Advance(parser) && parser.Current is { } next ? next : throw new YamlTreeException(null, "the file ends in the middle");

    private static bool Advance(Parser parser)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (Exception broken) when (broken is not YamlException and not OutOfMemoryException)
        {
            // The scanner answers some broken texts with InvalidOperationException and the like: the text is at fault all the same.
            throw new YamlTreeException(parser.Current, "not YAML behind this line");
        }
    }
}

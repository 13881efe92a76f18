using System.Text;
using System.Text.Unicode;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace K8sRecorder.Policy.Yaml;

/// <summary>
/// Turns bytes into nodes with lines. It takes the part of YAML that a policy needs: no anchors, aliases or tags, so
/// that a document is never larger than its file; depth, nodes and documents are bounded. What it cannot read it
/// reports, and the file ends there.
/// </summary>
internal sealed class YamlReader(ProblemList problems)
{
    private int _nodes;

    /// <summary>The documents up to the end, or up to the first thing that cannot be read.</summary>
    public IReadOnlyList<YamlNode> Read(ReadOnlySpan<byte> utf8)
    {
        var documents = new List<YamlNode>();
        if (utf8.Length > YamlLimits.Bytes)
        {
            problems.Add(0, "", "the file is larger than 1 MiB; split it");
            return documents;
        }
        if (!Utf8.IsValid(utf8))
        {
            problems.Add(0, "", "the file is not valid UTF-8; save it as UTF-8");
            return documents;
        }
        if (utf8.StartsWith("\uFEFF"u8))
            utf8 = utf8[3..];

        try
        {
            ReadDocuments(new Parser(new StringReader(Encoding.UTF8.GetString(utf8))), documents);
        }
        catch (YamlUnreadableException unreadable)
        {
            problems.Add(unreadable.Line, unreadable.Path, unreadable.Message);
        }
        catch (YamlException broken)
        {
            problems.Add((int)broken.Start.Line, "", $"not YAML here: {Shown.Text(broken.Message, 200)}");
        }
        return documents;
    }

    private void ReadDocuments(Parser parser, List<YamlNode> documents)
    {
        while (Advance(parser))
        {
            if (parser.Current is not DocumentStart start)
                continue;
            if (documents.Count == YamlLimits.Documents)
                throw new YamlUnreadableException(Line(start), "", $"more than {YamlLimits.Documents} documents; split the file");
            var root = ReadNode(parser, Next(parser), "", 0);
            // A file may end in "---" or hold a document of comments only.
            if (root is not YamlScalar { IsNull: true })
                documents.Add(root);
        }
    }

    private YamlNode ReadNode(Parser parser, ParsingEvent at, string path, int depth)
    {
        var line = Line(at);
        if (at is AnchorAlias)
            throw new YamlUnreadableException(line, path, "aliases are not supported; write the value out");
        if (at is NodeEvent { Anchor.IsEmpty: false })
            throw new YamlUnreadableException(line, path, "anchors are not supported; write the value out where it is needed");
        if (at is NodeEvent { Tag.IsEmpty: false, Tag.IsNonSpecific: false })
            throw new YamlUnreadableException(line, path, "tags are not supported; remove the one that begins with !");
        if (depth > YamlLimits.Depth)
            throw new YamlUnreadableException(line, path, $"nested deeper than {YamlLimits.Depth} levels");
        if (++_nodes > YamlLimits.Nodes)
            throw new YamlUnreadableException(line, path, $"more than {YamlLimits.Nodes} values; split the file");

        return at switch
        {
            Scalar scalar => new YamlScalar(line, scalar.Value, scalar.Style == ScalarStyle.Plain),
            SequenceStart => ReadSequence(parser, line, path, depth),
            MappingStart => ReadMapping(parser, line, path, depth),
            _ => throw new YamlUnreadableException(line, path, "not a value"),
        };
    }

    private YamlSequence ReadSequence(Parser parser, int line, string path, int depth)
    {
        var items = new List<YamlNode>();
        for (var at = Next(parser); at is not SequenceEnd; at = Next(parser))
            items.Add(ReadNode(parser, at, FieldPath.Item(path, items.Count), depth + 1));
        return new YamlSequence(line, items);
    }

    private YamlMapping ReadMapping(Parser parser, int line, string path, int depth)
    {
        var entries = new List<YamlEntry>();
        for (var at = Next(parser); at is not MappingEnd; at = Next(parser))
        {
            if (ReadNode(parser, at, path, depth + 1) is not YamlScalar key)
                throw new YamlUnreadableException(Line(at), path, "a field's name must be plain text");
            var value = ReadNode(parser, Next(parser), FieldPath.Field(path, key.Value), depth + 1);
            entries.Add(new YamlEntry(key.Value, key.Line, value));
        }
        return new YamlMapping(line, entries);
    }

    private static ParsingEvent Next(Parser parser) =>
        Advance(parser) && parser.Current is { } next ? next : throw new YamlUnreadableException(0, "", "the file ends in the middle");

    private static bool Advance(Parser parser)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (Exception broken) when (broken is not YamlException and not OutOfMemoryException)
        {
            // YamlDotNet's scanner answers some broken texts with InvalidOperationException and the like; whatever it
            // is, the text is at fault, and reading is total.
            throw new YamlUnreadableException(parser.Current is { } last ? (int)last.End.Line : 0, "", "not YAML behind this line");
        }
    }

    private static int Line(ParsingEvent at) => (int)at.Start.Line;
}

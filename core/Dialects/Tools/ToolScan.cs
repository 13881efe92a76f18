using System.Text;
using System.Text.Json;

namespace K8sRecorder.Dialects.Tools;

/// <summary>
/// Finds every tool that a request body speaks of: MCP <c>tools/call</c> in all revisions, alone or in a batch, and the tools, calls and
/// results of the model APIs. For a guard, so it errs on the side of finding: a member that stands twice counts twice, the order of
/// members does not matter, and forms are told by their shape wherever they stand, not by the path of the request.
/// </summary>
/// <remarks>
/// Total and forward only; besides the names nothing is kept. JSON that cannot be read to its end, or is deeper or speaks of more tools
/// than the limits, gives null: nobody can say what it asks for. Comments, trailing commas and several documents behind each other are
/// read, because some servers do.
/// </remarks>
public sealed class ToolScan
{
    /// <summary>The deepest nesting that is read.</summary>
    public const int MaxDepth = 256;

    /// <summary>The most mentions, and the most ids.</summary>
    public const int MaxMentions = 16_384;

    /// <summary>The most bytes of one name.</summary>
    public const int MaxNameBytes = 4096;

    private const int MaxIdBytes = 256;

    private readonly List<ToolMention> _mentions = [];
    private readonly List<byte[]> _ids = [];
    private readonly Stack<ToolFrame> _open = new();
    private int _kept;
    private bool _isTooMuch;

    private ToolScan()
    {
    }

    /// <summary>The tools, in order; one may stand there several times.</summary>
    public IReadOnlyList<ToolMention> Mentions => _mentions;

    /// <summary>The ids of the JSON-RPC requests in it, as JSON: what an error in their stead has to name.</summary>
    public IReadOnlyList<byte[]> RequestIds => _ids;

    /// <summary>Whether it is a JSON-RPC batch.</summary>
    public bool IsBatch { get; private set; }

    /// <summary>Reads a body; null where it cannot be read in full.</summary>
    public static ToolScan? Read(ReadOnlySpan<byte> json)
    {
        var scan = new ToolScan();
        if (json.StartsWith("\uFEFF"u8))
            json = json[3..];
        var reader = new Utf8JsonReader(json, new JsonReaderOptions
        {
            MaxDepth = MaxDepth,
            AllowMultipleValues = true,
            AllowTrailingCommas = true,
            CommentHandling = JsonCommentHandling.Skip,
        });
        try
        {
            while (reader.Read())
                scan.Take(ref reader);
        }
        catch (JsonException)
        {
            return null;
        }
        return scan._isTooMuch ? null : scan;
    }

    private void Take(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _open.Peek().Key = ToolKeys.Of(ref reader);
                break;
            case JsonTokenType.StartObject:
                Open(isArray: false);
                break;
            case JsonTokenType.StartArray:
                IsBatch |= _open.Count == 0;
                Open(isArray: true);
                break;
            case JsonTokenType.EndArray:
                _open.Pop();
                break;
            case JsonTokenType.EndObject:
                Close(_open.Pop());
                break;
            case JsonTokenType.String when _open.Count > 0:
                TakeText(ref reader, _open.Peek());
                break;
            case JsonTokenType.Number when _open.Count > 0 && _open.Peek() is { Key: ToolKey.Id } frame:
                frame.Id = reader.ValueSpan.Length <= MaxIdBytes ? reader.ValueSpan.ToArray() : "null"u8.ToArray();
                break;
        }
    }

    private void Open(bool isArray)
    {
        var outer = _open.Count > 0 ? _open.Peek() : null;
        // an element stands where its array stands
        var key = outer is null ? ToolKey.Other : outer.IsArray ? outer.Place : outer.Key;
        var isMessage = !isArray && (outer is null || (outer.IsArray && _open.Count == 1));
        _open.Push(new ToolFrame(isArray, key, isMessage));
    }

    private void TakeText(ref Utf8JsonReader reader, ToolFrame frame)
    {
        if (frame.IsArray)
        {
            if (frame.Place is ToolKey.ToolList or ToolKey.NameList)
                Mention(ToolUse.ModelCall, TextOf(ref reader));
            return;
        }
        switch (frame.Key)
        {
            case ToolKey.Name:
                _isTooMuch |= _kept == MaxMentions;
                if (!_isTooMuch)
                {
                    frame.AddName(TextOf(ref reader));
                    _kept++;
                }
                break;
            case ToolKey.ToolName:
                Mention(ToolUse.ModelCall, TextOf(ref reader));
                break;
            case ToolKey.NamedParent when reader.ValueSpan.Length <= MaxNameBytes:
                Mention(ToolUse.ModelCall, TextOf(ref reader)); // "tool": "name", as some write it
                break;
            case ToolKey.Type:
                TakeType(frame, TextOf(ref reader));
                break;
            case ToolKey.Role:
                frame.IsTool |= TextOf(ref reader).ToLowerInvariant() is "tool" or "function";
                break;
            case ToolKey.Method:
                frame.HasMethod = true;
                frame.IsToolsCall |= TextOf(ref reader).Equals("tools/call", StringComparison.OrdinalIgnoreCase);
                break;
            case ToolKey.Id:
                frame.Id = reader.ValueSpan.Length <= MaxIdBytes ? [(byte)'"', .. reader.ValueSpan, (byte)'"'] : "null"u8.ToArray();
                break;
        }
    }

    /// <summary>A type says that a name is a tool's, or is the name itself: tools that the API runs or knows have no other.</summary>
    private void TakeType(ToolFrame frame, string type)
    {
        var lower = type.ToLowerInvariant();
        var isGeneral = lower is "function" or "custom" or "tool" or "tool_use" or "tool_call" or "function_call" or "custom_tool_call" or "mcp_call"
            or "server_tool_use" or "mcp_tool_use" or "tool_result" or "mcp_tool_result" or "function_result" or "tool_reference"
            or "function_call_output" or "custom_tool_call_output" or "mcp_approval_request";
        var stem = lower.EndsWith("_call_output", StringComparison.Ordinal) ? type[..^"_call_output".Length]
            : lower.EndsWith("_call", StringComparison.Ordinal) ? type[..^"_call".Length]
            : lower.EndsWith("_tool_result", StringComparison.Ordinal) ? type[..^"_tool_result".Length]
            : null;
        frame.IsTool |= isGeneral || stem is not null;
        if (isGeneral)
            return;
        if (stem is not null)
            Mention(ToolUse.ModelCall, stem);
        if (stem is not null || frame.Place == ToolKey.ToolList)
            Mention(ToolUse.ModelCall, type);
    }

    private void Close(ToolFrame frame)
    {
        if (frame.Names is { } names)
        {
            if (frame.IsTool || frame.Place is ToolKey.NamedParent or ToolKey.ToolList or ToolKey.NameList)
                names.ForEach(name => Mention(ToolUse.ModelCall, name));
            if (frame.Place == ToolKey.Params && _open.Count > 0)
                names.ForEach(_open.Peek().AddParameter);
            else
                _kept -= names.Count;
        }
        if (frame.Parameters is { } called)
        {
            if (frame.IsToolsCall)
                called.ForEach(name => Mention(ToolUse.McpCall, name));
            _kept -= called.Count;
        }
        if (frame is not { IsMessage: true, HasMethod: true, Id: { } id })
            return;
        _isTooMuch |= _ids.Count == MaxMentions;
        if (!_isTooMuch)
            _ids.Add(id);
    }

    private void Mention(ToolUse use, string name)
    {
        _isTooMuch |= _mentions.Count == MaxMentions;
        if (!_isTooMuch)
            _mentions.Add(new ToolMention(use, name));
    }

    private string TextOf(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.Length > MaxNameBytes)
        {
            _isTooMuch |= _open.Peek().Key is not (ToolKey.Type or ToolKey.Role or ToolKey.Method);
            return "";
        }
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan); // half a surrogate pair, or no UTF-8: as it stands
        }
    }
}

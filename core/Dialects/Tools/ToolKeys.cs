using System.Text.Json;

namespace K8sRecorder.Dialects.Tools;

/// <summary>
/// Tells a member by its name as generously as any server does: in any case (Go's JSON), with Go's folding of ſ and K, escapes undone,
/// and in camel or snake form.
/// </summary>
internal static class ToolKeys
{
    private const int Longest = 24;

    /// <summary>Of the property name that the reader stands at.</summary>
    public static ToolKey Of(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.Length > Longest * 6)
            return ToolKey.Other;
        Span<char> text = stackalloc char[Longest * 6];
        int length;
        try
        {
            length = reader.CopyString(text);
        }
        catch (InvalidOperationException)
        {
            return ToolKey.Other; // half a surrogate pair, or bytes that are not UTF-8
        }
        var kept = 0;
        for (var i = 0; i < length; i++)
        {
            if (text[i] is not ('_' or '-'))
                text[kept++] = text[i] switch { '\u017F' => 's', '\u212A' => 'k', var c => char.ToLowerInvariant(c) };
        }
        return text[..kept] switch
        {
            "name" => ToolKey.Name,
            "toolname" => ToolKey.ToolName,
            "type" => ToolKey.Type,
            "role" => ToolKey.Role,
            "method" => ToolKey.Method,
            "params" => ToolKey.Params,
            "id" => ToolKey.Id,
            "function" or "custom" or "functioncall" or "functionresponse" or "toolspec" or "tooluse" or "toolresult" or "tool" or "call" => ToolKey.NamedParent,
            "tools" or "functions" or "functiondeclarations" or "toolcalls" => ToolKey.ToolList,
            "allowedtools" or "toolnames" or "allowedfunctionnames" => ToolKey.NameList,
            _ => ToolKey.Other,
        };
    }
}

using System.Text;
using K8sRecorder.Dialects.Mcp;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Guard;

/// <summary>What a request's head says it is about, and what else some server would take it for.</summary>
internal static class HeadReading
{
    private const int MaxNameBytes = 4096;

    /// <summary>
    /// The methods, in upper case: the one it has, and those that frameworks let a field or the query put in its place. Methods are
    /// case-sensitive (RFC 9110 9.1), which not every server heeds.
    /// </summary>
    public static IReadOnlyList<string> MethodsOf(HttpHead head)
    {
        List<string>? others = null;
        foreach (ref readonly var field in head.Fields)
        {
            if (field.Name == HttpFieldName.Other && IsMethodField(head.NameOf(field)))
                (others ??= []).Add(Upper(head.ValueOf(field)));
        }
        foreach (var parameter in (ReadOnlySpan<string>)["_method=", "$httpmethod="])
        {
            if (Parameter(head.Target, parameter) is { } value)
                (others ??= []).Add(value);
        }
        if (head.Method.SequenceEqual("CONNECT"u8))
            (others ??= []).Add("GET"); // what it opens by HTTP/2, GET opens by HTTP/1.1 (RFC 8441 5)
        var method = head.Method.SequenceEqual("GET"u8) ? "GET" : head.Method.SequenceEqual("POST"u8) ? "POST" : Upper(head.Method);
        return others is null ? [method] : [method, .. others];
    }

    /// <summary>Every reading of its path, and of those that some frameworks let a field put in its place; null where they are too many.</summary>
    public static IReadOnlyList<string>? PathsOf(HttpHead head)
    {
        var paths = PathReadings.Of(head.Target);
        List<string>? all = null;
        foreach (ref readonly var field in head.Fields)
        {
            if (field.Name != HttpFieldName.Other || !IsPathField(head.NameOf(field)))
                continue;
            if (paths is null || PathReadings.Of(head.ValueOf(field)) is not { } others)
                return null;
            all ??= [.. paths];
            all.AddRange(others);
            if (all.Count > PathReadings.MaxReadings * 4)
                return null;
        }
        return all ?? paths;
    }

    /// <summary>
    /// The tools that MCP's own fields name (2026-07-28): <c>Mcp-Name</c>, of calls. The body is what counts; whoever believes the field
    /// must not be misled.
    /// </summary>
    public static IReadOnlyList<string> ToolsOf(HttpHead head)
    {
        var method = head.First("mcp-method"u8);
        if (method.Length > 0 && !HttpFieldNames.Is(method, "tools/call"u8))
            return [];
        var names = new List<string>();
        foreach (ref readonly var field in head.Fields)
        {
            if (field.Name == HttpFieldName.Other && field.ValueLength <= MaxNameBytes && HttpFieldNames.Is(head.NameOf(field), "mcp-name"u8))
                names.Add(McpHeader.Decode(head.ValueOf(field)));
        }
        return names;
    }

    private static bool IsMethodField(ReadOnlySpan<byte> name) =>
        HttpFieldNames.Is(name, "x-http-method-override"u8) || HttpFieldNames.Is(name, "x-http-method"u8)
        || HttpFieldNames.Is(name, "x-method-override"u8) || HttpFieldNames.Is(name, "x-method"u8);

    private static bool IsPathField(ReadOnlySpan<byte> name) =>
        HttpFieldNames.Is(name, "x-original-url"u8) || HttpFieldNames.Is(name, "x-rewrite-url"u8) || HttpFieldNames.Is(name, "x-original-uri"u8);

    private static string? Parameter(ReadOnlySpan<byte> target, string name)
    {
        var query = target.IndexOf((byte)'?');
        if (query < 0)
            return null;
        var text = PathSteps.Decode(PathSteps.Folded(target[query..][..Math.Min(target.Length - query, PathReadings.MaxLength)]));
        var at = text.IndexOf(name, StringComparison.Ordinal);
        if (at < 0)
            return null;
        var value = text[(at + name.Length)..];
        var end = value.AsSpan().IndexOfAny('&', ';', '#');
        return (end < 0 ? value : value[..end]).ToUpperInvariant();
    }

    private static string Upper(ReadOnlySpan<byte> text) => Encoding.Latin1.GetString(text).Trim().ToUpperInvariant();
}

using System.Text.Json;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>Reading of JSON that was written by strangers: whatever is absent or of another type is nothing, and nothing throws.</summary>
internal static class JsonAccess
{
    /// <summary>The member of that name; undefined where there is none.</summary>
    public static JsonElement Get(this JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return default;
        try
        {
            return element.TryGetProperty(name, out var value) ? value : default;
        }
        catch (InvalidOperationException)
        {
            // A member's name with half a surrogate pair cannot be compared.
            return default;
        }
    }

    /// <summary>The first of the members that is there and not null.</summary>
    public static JsonElement GetAny(this JsonElement element, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            var value = element.Get(name);
            if (value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
                return value;
        }

        return default;
    }

    /// <summary>The text of a string; null for anything else.</summary>
    public static string? AsText(this JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is escaped in it: show the escapes.
            return element.GetRawText()[1..^1];
        }
    }

    /// <summary>The text of a string, or the JSON of anything else.</summary>
    public static string AsTextOrJson(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => "",
        JsonValueKind.String => element.AsText() ?? "",
        _ => element.GetRawText(),
    };

    /// <summary>The number; null for anything else.</summary>
    public static long? AsNumber(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var value) ? value : null;

    /// <summary>The elements of an array; none for anything else.</summary>
    public static JsonElement.ArrayEnumerator Elements(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : default;

    /// <summary>Whether there is something of that kind under that name.</summary>
    public static bool Has(this JsonElement element, string name, JsonValueKind kind) => element.Get(name).ValueKind == kind;
}

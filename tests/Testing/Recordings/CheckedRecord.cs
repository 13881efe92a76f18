using System.Text;
using System.Text.Json;

namespace K8sRecorder.Testing.Recordings;

/// <summary>A record with its content put together.</summary>
/// <param name="Line">The line without its line feed.</param>
/// <param name="Fields">The line parsed.</param>
/// <param name="Content">Content by field name: <c>head</c>, <c>body</c>, …</param>
public sealed record CheckedRecord(string Line, JsonElement Fields, IReadOnlyDictionary<string, byte[]> Content)
{
    /// <summary>The kind.</summary>
    public string Kind => Fields.GetProperty("kind").GetString()!;

    /// <summary>A content field as text.</summary>
    public string Text(string field) => Encoding.UTF8.GetString(Content[field]);
}

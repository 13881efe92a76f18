using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace K8sRecorder.Kube.Models;

/// <summary><c>metav1.Time</c>: RFC 3339 in UTC, to the second.</summary>
public sealed class TimeConverter : JsonConverter<DateTime>
{
    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset().UtcDateTime;

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
}

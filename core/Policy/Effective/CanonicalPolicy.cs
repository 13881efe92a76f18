using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Effective;

/// <summary>Writes an effective policy in its one canonical form.</summary>
internal static class CanonicalPolicy
{
    public static byte[] Write(EffectivePolicy policy)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            WritePolicy(json, policy);
        return bytes.WrittenSpan.ToArray();
    }

    private static void WritePolicy(Utf8JsonWriter json, EffectivePolicy policy)
    {
        json.WriteStartObject();
        json.WriteString("format", "k8srecorder.io/policy/1");
        Texts(json, "sources", [.. policy.Sources.Select(source => source.ToString())]);
        json.WriteString("mode", policy.Mode.ToString());
        json.WriteString("capture", policy.Capture.ToString());
        json.WriteString("inbound", policy.Inbound.ToString());
        json.WriteString("unmatched", policy.Unmatched.ToString());
        json.WriteString("uninterceptable", policy.Uninterceptable.ToString());
        if (policy.Jwt is { } jwt)
            WriteJwt(json, jwt);
        Texts(json, "runKeys", policy.RunKeyHeaders);
        Duration(json, "idleTimeout", policy.IdleTimeout);
        Duration(json, "maxAge", policy.MaxAge);
        json.WriteNumber("spoolSizeLimit", policy.SpoolSizeLimit);
        Duration(json, "flushInterval", policy.FlushInterval);
        Duration(json, "headInterval", policy.HeadInterval);
        json.WriteNumber("bodyLimit", policy.BodyLimit);
        json.WriteString("rows", policy.Rows.ToString());
        json.WriteNumber("bytesPerSession", policy.BytesPerSession);
        if (policy.RecordsPerSecond is { } perSecond)
            json.WriteNumber("recordsPerSecond", perSecond);
        else
            json.WriteNull("recordsPerSecond");
        json.WriteNumber("openChannels", policy.OpenChannels);
        Texts(json, "additionalCAs", policy.AdditionalCAs);
        json.WriteStartArray("targets");
        foreach (var target in policy.Targets)
            CanonicalTarget.Write(json, target);
        json.WriteEndArray();
        WriteMasking(json, policy.Masking);
        Text(json, "store", policy.Store);
        if (policy.RetentionDays is { } days)
            json.WriteNumber("retentionDays", days);
        json.WriteEndObject();
    }

    private static void WriteJwt(Utf8JsonWriter json, JwtIdentitySpec jwt)
    {
        json.WriteStartObject("jwt");
        Text(json, "header", jwt.Header?.ToLowerInvariant());
        Text(json, "issuer", jwt.Issuer);
        Texts(json, "audiences", jwt.Audiences);
        Text(json, "groupsClaim", jwt.GroupsClaim);
        json.WriteBoolean("required", jwt.Required ?? false);
        json.WriteEndObject();
    }

    private static void WriteMasking(Utf8JsonWriter json, EffectiveMasking masking)
    {
        json.WriteStartObject("masking");
        Texts(json, "include", masking.Include);
        Texts(json, "exclude", masking.Exclude);
        Texts(json, "tagGuessable", masking.TagGuessable);
        json.WriteStartArray("rules");
        foreach (var rule in masking.Rules)
        {
            json.WriteStartObject();
            json.WriteString("name", rule.Name);
            json.WriteString("pattern", rule.Pattern);
            json.WriteNumber("maxLength", rule.MaxLength);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        Texts(json, "headers", masking.Headers);
        Texts(json, "json", masking.JsonPaths);
        Texts(json, "columns", masking.Columns);
        json.WriteBoolean("inline", masking.Inline);
        json.WriteEndObject();
    }

    internal static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    internal static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    internal static void Duration(Utf8JsonWriter json, string name, TimeSpan value) => json.WriteNumber(name, value.Ticks / TimeSpan.TicksPerMillisecond);
}

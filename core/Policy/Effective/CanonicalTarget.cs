using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Effective;

/// <summary>Writes a target in its one canonical form.</summary>
internal static class CanonicalTarget
{
    public static void Write(Utf8JsonWriter json, EffectiveTarget target)
    {
        json.WriteStartObject();
        json.WriteString("name", target.Name);
        CanonicalPolicy.Texts(json, "hosts", target.Hosts);
        CanonicalPolicy.Texts(json, "cidrs", [.. target.Cidrs.Select(cidr => cidr.ToString())]);
        CanonicalPolicy.Texts(json, "ports", [.. target.Ports.Select(port => port.ToString(CultureInfo.InvariantCulture))]);
        json.WriteString("protocol", target.Protocol.ToString());
        CanonicalPolicy.Text(json, "listen", target.Listen?.ToString());
        if (target.Upstream is { } upstream)
            WriteUpstream(json, upstream);
        else if (target.IsPassthrough)
            json.WriteBoolean("passthrough", true);
        if (target.Credentials is { } credentials)
            WriteCredentials(json, credentials);
        json.WriteStartArray("guard");
        foreach (var rule in target.Guard)
            WriteRule(json, rule);
        json.WriteEndArray();
        if (target.Approval is { } approval)
            WriteApproval(json, approval);
        json.WriteEndObject();
    }

    /// <summary>One rule, as text to compare it by.</summary>
    public static string Rule(GuardRuleSpec rule)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
            WriteRule(json, rule);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void WriteUpstream(Utf8JsonWriter json, EffectiveUpstream upstream)
    {
        json.WriteStartObject("upstream");
        json.WriteString("host", upstream.Host);
        json.WriteNumber("port", upstream.Port);
        json.WriteString("tls", upstream.Tls.ToString());
        json.WriteString("serverName", upstream.ServerName);
        CanonicalPolicy.Text(json, "caSecretName", upstream.CaSecretName);
        json.WriteString("hostHeader", upstream.HostHeader.ToString());
        json.WriteEndObject();
    }

    private static void WriteCredentials(Utf8JsonWriter json, CredentialsSpec credentials)
    {
        json.WriteStartObject("credentials");
        CanonicalPolicy.Text(json, "secretName", credentials.SecretName);
        CanonicalPolicy.Text(json, "kind", credentials.Kind?.ToString());
        CanonicalPolicy.Text(json, "header", credentials.Header?.ToLowerInvariant());
        CanonicalPolicy.Text(json, "format", credentials.Format);
        CanonicalPolicy.Text(json, "usernameKey", credentials.UsernameKey);
        CanonicalPolicy.Text(json, "passwordKey", credentials.PasswordKey);
        json.WriteEndObject();
    }

    private static void WriteRule(Utf8JsonWriter json, GuardRuleSpec rule)
    {
        json.WriteStartObject();
        CanonicalPolicy.Text(json, "name", rule.Name);
        if (rule.Deny is { } deny)
        {
            CanonicalPolicy.Texts(json, "method", deny.Method);
            CanonicalPolicy.Texts(json, "path", deny.Path);
            CanonicalPolicy.Texts(json, "tool", deny.Tool);
            CanonicalPolicy.Texts(json, "statement", deny.Statement);
            json.WriteBoolean("withoutWhere", deny.WithoutWhere ?? false);
            CanonicalPolicy.Texts(json, "tables", deny.Tables);
            if (deny.MaxRows is { } rows)
                json.WriteNumber("maxRows", rows);
            CanonicalPolicy.Text(json, "pattern", deny.Pattern);
        }
        json.WriteEndObject();
    }

    private static void WriteApproval(Utf8JsonWriter json, ApprovalSpec approval)
    {
        json.WriteStartObject("approval");
        json.WriteBoolean("required", approval.Required ?? false);
        if (approval.Ttl is { } ttl)
            CanonicalPolicy.Duration(json, "ttl", ttl);
        if (approval.Approvers is { } approvers)
            json.WriteNumber("approvers", approvers);
        json.WriteEndObject();
    }
}

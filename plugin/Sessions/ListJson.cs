using System.Text.Json;
using K8sRecorder.Plugin.Output;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Plugin.Sessions;

/// <summary>The documents of <c>list -o json</c>. Field names are kept from version to version.</summary>
internal static class ListJson
{
    public static void Write(Utf8JsonWriter json, ExchangeRow row)
    {
        json.WriteString("session", row.Session);
        json.WriteNumber("seq", row.Seq);
        json.WriteNumber("channel", row.Channel);
        json.WriteString("at", Amount.Exact(row.At));
        Write(json, "namespace", row.Namespace);
        Write(json, "pod", row.Pod);
        json.WriteString("target", row.Target);
        json.WriteString("protocol", row.Protocol);
        Write(json, "method", row.Method);
        Write(json, "path", row.Path);
        if (row.Status is { } status)
            json.WriteNumber("status", status);
        if (row.Duration is { } duration)
            json.WriteNumber("durationMs", (long)duration.TotalMilliseconds);
        json.WriteNumber("requestBytes", row.SentBytes);
        json.WriteNumber("responseBytes", row.ReceivedBytes);
        json.WriteNumber("maskedCount", row.Masked);
        Write(json, "model", row.Model);
        if (row.McpMethod is { } method)
        {
            json.WriteStartObject("mcp");
            json.WriteString("method", method);
            Write(json, "tool", row.Tool);
            json.WriteEndObject();
        }
        Write(json, "run", row.Run);
        json.WriteString("text", row.Text);
    }

    public static void Write(Utf8JsonWriter json, SessionReader session)
    {
        json.WriteString("session", session.Id);
        WriteStatement(json, session);
        json.WriteBoolean("closed", session.IsClosed);
        json.WriteNumber("records", session.NextSeq);
        json.WriteNumber("chunks", session.Chunks.Count);
        json.WriteNumber("storedBytes", session.Chunks.Sum(chunk => chunk.StoredBytes));
        json.WriteNumber("plainBytes", session.Chunks.Sum(chunk => chunk.PlainBytes));
    }

    /// <summary>Who and what, as the open statement says.</summary>
    public static void WriteStatement(Utf8JsonWriter json, SessionReader session)
    {
        json.WriteString("openedAt", Amount.Exact(session.Statement?.OpenedAt ?? session.StartedAt));
        if (session.Statement is not { } statement)
            return;
        Write(json, "namespace", statement.Namespace);
        Write(json, "pod", statement.Pod);
        Write(json, "podUid", statement.PodUid);
        Write(json, "node", statement.Node);
        Write(json, "serviceAccount", statement.ServiceAccount);
        if (statement.Images.Count > 0)
        {
            json.WriteStartObject("images");
            foreach (var (container, image) in statement.Images)
                json.WriteString(container, image);
            json.WriteEndObject();
        }
        Write(json, "policy", statement.Policy);
        if (statement.Actor is { } actor)
        {
            json.WriteStartObject("actor");
            json.WriteString("kind", actor.Kind);
            json.WriteString("subject", actor.Subject);
            json.WriteBoolean("verified", actor.Verified);
            Write(json, "issuer", actor.Issuer);
            json.WriteEndObject();
        }
        Write(json, "store", statement.Store);
        json.WriteString("key", statement.Fingerprint);
        json.WriteString("signer", statement.SignerFingerprint);
        json.WriteBoolean("selfSigned", statement.Signer is null);
        Write(json, "previous", statement.Previous);
        Write(json, "tagKey", statement.TagKey);
    }

    public static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}

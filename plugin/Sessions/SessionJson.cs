using System.Globalization;
using System.Text.Json;
using K8sRecorder.Plugin.Output;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Plugin.Sessions;

/// <summary>The document of <c>show -o json</c>. Field names are kept from version to version.</summary>
internal static class SessionJson
{
    public static void Write(Utf8JsonWriter json, SessionReader session, SessionTotals totals)
    {
        ListJson.Write(json, session);
        ListJson.Write(json, "software", totals.Opened?.Text("software"));
        ListJson.Write(json, "mode", totals.Opened?.Text("mode"));
        if (totals.Closed is { } closed)
        {
            json.WriteString("closedAt", Amount.Exact(closed.At));
            ListJson.Write(json, "closedReason", closed.Text("reason"));
            ListJson.Write(json, "next", closed.Text("next"));
            ListJson.Write(json, "nextKey", closed.Text("nextKey"));
            ListJson.Write(json, "recoveredBy", closed.Text("by"));
        }
        json.WriteNumber("restarts", totals.Restarts.Count);
        json.WriteNumber("truncated", totals.Truncated);
        json.WriteNumber("denied", totals.Denied);
        json.WriteStartArray("targets");
        foreach (var target in totals.Targets)
            Write(json, target);
        json.WriteEndArray();
        Transcript.TranscriptJson.WriteMasked(json, totals.Masked.Select(masked => (masked.Detector, (int)masked.Count)));
        json.WriteStartArray("gaps");
        foreach (var gap in totals.Gaps)
        {
            json.WriteStartObject();
            json.WriteNumber("seq", gap.Seq);
            ListJson.Write(json, "reason", gap.Text("reason"));
            json.WriteNumber("records", gap.Number("records") ?? 0);
            json.WriteNumber("bytes", gap.Number("bytes") ?? 0);
            ListJson.Write(json, "from", gap.Text("from"));
            ListJson.Write(json, "to", gap.Text("to"));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("notes");
        foreach (var finding in session.Findings)
            json.WriteStringValue(finding.Id);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, TargetTotals target)
    {
        json.WriteStartObject();
        json.WriteString("target", target.Name);
        json.WriteString("protocol", target.Protocol);
        json.WriteNumber("count", target.Count);
        json.WriteNumber("open", target.Open);
        json.WriteNumber("cut", target.Cut);
        json.WriteNumber("byRecorder", target.ByRecorder);
        json.WriteStartObject("statuses");
        foreach (var (status, count) in target.Statuses)
            json.WriteNumber(status.ToString(CultureInfo.InvariantCulture), count);
        json.WriteEndObject();
        json.WriteNumber("requestBytes", target.SentBytes);
        json.WriteNumber("responseBytes", target.ReceivedBytes);
        json.WriteEndObject();
    }
}

using System.Text.Json;
using K8sRecorder.Plugin.Output;
using K8sRecorder.Plugin.Sessions;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Verify;

namespace K8sRecorder.Plugin.Verification;

/// <summary>The documents of <c>verify -o json</c>: one a session, and one of the store behind them. Field names are kept.</summary>
internal static class VerifyJson
{
    public static void Print(JsonPrinter output, VerifyResult result) => output.Print(json =>
    {
        json.WriteString("type", "session");
        json.WriteString("session", result.Session);
        json.WriteString("integrity", VerifyPrinter.Word(result.Integrity));
        json.WriteString("completeness", VerifyPrinter.Word(result.Completeness));
        json.WriteString("anchor", VerifyPrinter.Word(result.Anchor));
        json.WriteBoolean("trusted", result.IsTrusted);
        json.WriteNumber("exitCode", result.ExitCode);
        ListJson.Write(json, "signer", result.Signer);
        if (result.KnownUntil is { } until)
            json.WriteString("knownUntil", Amount.Exact(until));
        if (result.RecoveredRecords is { } span)
        {
            json.WriteStartObject("recovered");
            json.WriteNumber("first", span.First);
            json.WriteNumber("last", span.Last);
            ListJson.Write(json, "by", result.RecoveredBy);
            json.WriteEndObject();
        }
        json.WriteNumber("records", result.Records);
        json.WriteNumber("chunks", result.Chunks);
        json.WriteNumber("parts", result.Parts);
        json.WriteNumber("storedBytes", result.StoredBytes);
        json.WriteNumber("plainBytes", result.PlainBytes);
        Write(json, result.Findings);
        json.WriteNumber("findingsLeftOut", result.FindingsLeftOut);
    });

    public static void Print(JsonPrinter output, StoreVerifyResult whole)
    {
        foreach (var session in whole.Sessions)
            Print(output, session);
        output.Print(json =>
        {
            json.WriteString("type", "store");
            json.WriteNumber("exitCode", whole.ExitCode);
            json.WriteNumber("sessions", whole.Sessions.Count);
            json.WriteNumber("indexFiles", whole.IndexFiles);
            json.WriteNumber("indexRows", whole.IndexRows);
            Write(json, whole.Findings);
        });
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<Finding> findings)
    {
        json.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("code", finding.Id);
            json.WriteString("sentence", finding.Sentence);
            ListJson.Write(json, "object", finding.Key);
            ListJson.Write(json, "session", finding.Session);
            if (finding.Seq is { } seq)
                json.WriteNumber("seq", seq);
            if (finding.Part is { } part)
                json.WriteNumber("part", part);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}

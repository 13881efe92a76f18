using K8sRecorder.Plugin.Output;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;

namespace K8sRecorder.Plugin.Verification;

/// <summary>Prints verdicts for people.</summary>
internal static class VerifyPrinter
{
    private const int MostFindings = 20;
    private const int LabelWidth = 16;

    public static void Print(Printer output, StoreVerifyResult whole, TrustSet trust)
    {
        foreach (var session in whole.Sessions)
        {
            Print(output, session, trust);
            output.End();
        }
        PrintFindings(output, whole.Findings, 0);
        var bad = whole.Sessions.Count(session => session.ExitCode == 1);
        var doubtful = whole.Sessions.Count(session => session.ExitCode == 2);
        output.Put(Amount.Count(whole.Sessions.Count, "session", "sessions"), Tone.Strong)
            .Put(FormattableString.Invariant($": {whole.Sessions.Count - bad - doubtful} good"));
        if (doubtful > 0)
            output.Put(FormattableString.Invariant($", {doubtful} not complete or not anchored"), Tone.Caution);
        if (bad > 0)
            output.Put(FormattableString.Invariant($", {bad} tampered or foreign"), Tone.Bad);
        if (whole.IndexFiles > 0)
        {
            output.Put(FormattableString.Invariant($"; index: {Amount.Count(whole.IndexFiles, "file", "files")}, {Amount.Count(whole.IndexRows, "row", "rows")}, "))
                .Put(whole.Findings.Any(finding => finding.Code == FindingCode.Index) ? "damaged" : "sound", whole.Findings.Any(finding => finding.Code == FindingCode.Index) ? Tone.Bad : Tone.Good);
        }
        output.End();
    }

    public static void Print(Printer output, VerifyResult result, TrustSet trust)
    {
        output.Put("session ", Tone.Faint).Put(result.Session, Tone.Strong)
            .Line(FormattableString.Invariant($"  {Amount.Count(result.Records, "record", "records")}, {Amount.Count(result.Parts, "part", "parts")}, {Amount.Count(result.Chunks, "chunk", "chunks")}, {Amount.Bytes(result.StoredBytes)}"), Tone.Faint);
        Verdict(output, "integrity", Word(result.Integrity), result.Integrity == Integrity.Sound ? Tone.Good : Tone.Bad);
        Verdict(
            output, "completeness", Word(result.Completeness),
            result.Completeness switch { Completeness.Complete => Tone.Good, Completeness.Incomplete => Tone.Bad, _ => Tone.Caution },
            Details(result));
        Verdict(
            output, "anchor", Word(result.Anchor),
            result.Anchor == Anchor.Foreign ? Tone.Bad : result.IsTrusted || result.Anchor == Anchor.Log ? Tone.Good : Tone.Caution,
            Anchoring(result, trust));
        PrintFindings(output, result.Findings, result.FindingsLeftOut);
    }

    /// <summary>A verdict's word as documents and JSON have it: <c>self-signed</c>, <c>open-ended</c>.</summary>
    public static string Word<T>(T verdict) where T : struct, Enum
    {
        var word = verdict.ToString();
        return string.Concat(word.Select((letter, at) =>
            at > 0 && char.IsAsciiLetterUpper(letter) ? "-" + char.ToLowerInvariant(letter) : char.ToLowerInvariant(letter).ToString()));
    }

    private static string[] Details(VerifyResult result) => result.Completeness switch
    {
        Completeness.OpenEnded when result.KnownUntil is { } until => ["since " + Amount.Exact(until), "not closed, more may have been recorded"],
        Completeness.Recovered when result.RecoveredRecords is { } span =>
        [
            FormattableString.Invariant($"records {span.First} to {span.Last} are signed by"), result.RecoveredBy ?? "?", "not by the session's own key",
        ],
        Completeness.Complete when result.KnownUntil is { } until => ["closed " + Amount.Exact(until)],
        _ => [],
    };

    private static string[] Anchoring(VerifyResult result, TrustSet trust) => result.Signer is not { } signer
        ? ["there is no statement to read"]
        : result.Anchor switch
        {
            Anchor.Foreign => [signer, "the statement names another store"],
            _ when result.IsTrusted => [signer, "trusted"],
            Anchor.Log => [signer],
            _ when trust.IsEmpty => [signer, "not compared: --trust names nobody"],
            _ => [signer, "not among those that --trust names"],
        };

    private static void Verdict(Printer output, string name, string word, Tone tone, params string[] details)
    {
        output.Flow(LabelWidth, [("  " + name.PadRight(LabelWidth - 4), Tone.Plain), (word, tone), .. details.Select(piece => (piece, Tone.Faint))]);
    }

    private static void PrintFindings(Printer output, IReadOnlyList<Finding> findings, int leftOut)
    {
        foreach (var finding in findings.Take(MostFindings))
        {
            var place = Place(finding);
            output.Beside("  ! " + (finding.Id + "  ").PadRight(LabelWidth), Tone.Bad, finding.Sentence + (place.Length > 0 ? $" ({place})" : ""));
        }
        var more = findings.Count - MostFindings + leftOut;
        if (more > 0)
            output.Line(FormattableString.Invariant($"  ! {more} more; -o json has {(leftOut > 0 ? "a thousand" : "all")}"), Tone.Bad);
    }

    private static string Place(Finding finding) => string.Join(", ", new[]
    {
        finding.Seq is { } seq ? FormattableString.Invariant($"record {seq}") : null,
        finding.Part is { } part ? FormattableString.Invariant($"part {part}") : null,
        finding.Session is { } session ? "session " + session : null,
        finding.Key is { } key ? Short(key) : null,
    }.OfType<string>());

    /// <summary>The end of a key, digests shortened; JSON has the whole.</summary>
    private static string Short(string key)
    {
        var name = key[(key.LastIndexOf('/') + 1)..];
        const int Shown = 12;
        return !StoreLayout.IsDigest(name.Split('.')[0]) ? name
            : key.StartsWith(StoreLayout.Index, StringComparison.Ordinal) ? "index file " + name[..Shown] : "chunk " + name[..Shown];
    }
}

using K8sRecorder.Plugin.Output;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Plugin.Sessions;

/// <summary>Prints what <c>show</c> shows.</summary>
internal sealed class SessionPrinter(Printer output, TimeProvider time)
{
    private const int NameWidth = 17;

    public void Print(SessionReader session, SessionTotals totals)
    {
        Line("Session", session.Id, Tone.Strong);
        PrintWho(session.Statement);
        PrintLife(session, totals);
        PrintSize(session, totals);
        PrintTargets(totals);
        PrintMasked(totals);
        PrintTrouble(session, totals);
    }

    private void PrintWho(SessionStatement? statement)
    {
        if (statement is null)
        {
            Line("Statement", "not there, or not readable", Tone.Bad);
            return;
        }
        Line("Namespace", statement.Namespace);
        Line("Pod", statement.Pod is { } pod && statement.PodUid is { } uid ? $"{pod} ({uid})" : statement.Pod);
        Line("Node", statement.Node);
        Line("Service account", statement.ServiceAccount);
        if (statement.Actor is { } actor)
            Line(actor.Verified ? "User" : "Claimed actor", $"{actor.Subject} ({actor.Kind}{(actor.Issuer is { } issuer ? ", " + issuer : "")}{(actor.Verified ? "" : ", not verified")})");
        foreach (var (container, image) in statement.Images)
            Line("Image", container + " " + image);
        Line("Policy", statement.Policy);
        Line("Key", statement.Fingerprint);
        Line("Signed by", statement.Signer is null ? "itself" : statement.SignerFingerprint);
        Line("Store", statement.Store);
    }

    private void PrintLife(SessionReader session, SessionTotals totals)
    {
        var opened = session.Statement?.OpenedAt ?? session.StartedAt;
        Line("Opened", Amount.Exact(opened)
            + (totals.Opened is { } record ? $" by {record.Text("software") ?? "?"}, mode {record.Text("mode") ?? "?"}" : ""));
        if (totals.Closed is { Kind: "session.closed" } closed)
            Line("Closed", $"{Amount.Exact(closed.At)} after {Amount.Duration(closed.At - opened)}: {closed.Text("reason") ?? "?"}");
        else if (totals.Closed is { } recovered)
            Line("Recovered", $"{Amount.Exact(recovered.At)} by {recovered.Text("by") ?? "?"}", Tone.Caution);
        else
            Line("Open", totals.LastAt is { } last ? $"last record {Amount.Exact(last)}, {Amount.Duration(time.GetUtcNow() - last)} ago" : "no records yet", Tone.Good);
        Line("Follows", session.Statement?.Previous);
        Line("Goes on as", totals.Closed?.Text("next") is { } next ? $"{next} ({totals.Closed.Text("nextKey") ?? "?"})" : null);
        foreach (var restart in totals.Restarts)
            Line("Restart", FormattableString.Invariant($"{Amount.Exact(restart.At)} (#{restart.Seq}), {Amount.Bytes(restart.Number("lostBytes") ?? 0)} of a torn entry lost{(restart.Number("covered") is { } covered ? $"; the last head before it covers {covered} records" : "")}"), Tone.Caution);
    }

    private void PrintSize(SessionReader session, SessionTotals totals)
    {
        var stored = session.Chunks.Sum(chunk => chunk.StoredBytes);
        var bodies = ByteCount.Sum(totals.Targets.Select(target => target.SentBytes + target.ReceivedBytes));
        Line("Records", FormattableString.Invariant($"{session.NextSeq} in {Amount.Count(session.Chunks.Count, "chunk", "chunks")}"));
        Line("Bytes", FormattableString.Invariant($"{Amount.Bytes(bodies)} of bodies, {Amount.Bytes(stored)} stored")
            + (stored > 0 && bodies > stored ? FormattableString.Invariant($" ({(double)bodies / stored:0.0}×)") : ""));
    }

    private void PrintTargets(SessionTotals totals)
    {
        if (totals.Targets.Count == 0)
            return;
        var table = new Table(
            new Column("TARGET", Least: 8, CutMiddle: true), new Column("PROTOCOL"), new Column("COUNT", Right: true), new Column("SENT", Right: true),
            new Column("RECEIVED", Right: true), new Column("STATUS", Least: 10));
        foreach (var target in totals.Targets)
        {
            var notes = target.Statuses.Select(status => status.Value == 1
                    ? FormattableString.Invariant($"{status.Key}") : FormattableString.Invariant($"{status.Key} ×{status.Value}"))
                .Concat(Note(target.Open, "open")).Concat(Note(target.Cut, "cut")).Concat(Note(target.ByRecorder, "by the recorder"));
            table.Add(
                target.Name, target.Protocol, FormattableString.Invariant($"{target.Count}"), Amount.Bytes(target.SentBytes), Amount.Bytes(target.ReceivedBytes),
                new Cell(string.Join(", ", notes), target.Statuses.Keys.Any(status => status >= 500) || target.Cut + target.ByRecorder > 0 ? Tone.Caution : Tone.Plain));
        }
        output.End();
        table.Print(output);
    }

    private void PrintMasked(SessionTotals totals)
    {
        if (!totals.Masked.Any())
            return;
        var table = new Table(new Column("DETECTOR"), new Column("MASKED", Right: true));
        foreach (var (detector, count) in totals.Masked)
            table.Add(detector, FormattableString.Invariant($"{count}"));
        output.End();
        table.Print(output);
    }

    private void PrintTrouble(SessionReader session, SessionTotals totals)
    {
        if (totals.Gaps.Count + totals.Truncated + totals.Denied + session.Findings.Count == 0)
            return;
        output.End();
        foreach (var gap in totals.Gaps)
        {
            Line("Gap", FormattableString.Invariant(
                $"#{gap.Seq}: {gap.Number("records") ?? 0} records, {Amount.Bytes(gap.Number("bytes") ?? 0)} not recorded ({gap.Text("reason") ?? "?"}), {gap.Text("from")} to {gap.Text("to")}"), Tone.Bad);
        }
        if (totals.Truncated > 0)
            Line("Cut by a limit", Amount.Count(totals.Truncated, "body", "bodies"), Tone.Caution);
        if (totals.Denied > 0)
            Line("Denied", Amount.Count(totals.Denied, "request", "requests"), Tone.Caution);
        foreach (var finding in session.Findings)
            Line("Note", finding.Sentence + (finding.Key is { } key ? $" ({key})" : ""), Tone.Bad);
    }

    private static IEnumerable<string> Note(long count, string what) => count > 0 ? [FormattableString.Invariant($"{count} {what}")] : [];

    private void Line(string name, string? value, Tone tone = Tone.Plain)
    {
        if (value is not null)
            output.Beside((name + ":").PadRight(NameWidth), Tone.Faint, value, tone);
    }
}

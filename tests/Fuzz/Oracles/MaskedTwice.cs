using System.Text;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Fuzz.Targets;
using K8sRecorder.Masking;
using K8sRecorder.Sidecar.Mask;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Fuzz.Oracles;

/// <summary>A head is masked the same whatever was masked before it on the connection: what is kept from head to head only saves work.</summary>
internal static class MaskedTwice
{
    private static readonly MaskingEngine Engine = MaskingEngine.Create(new MaskingOptions());

    public static void Check(HttpHead head)
    {
        var fresh = Shown(new MaskedHead(Engine), head);
        var kept = new MaskedHead(Engine);
        kept.Take(head);
        Same(fresh, Shown(kept, head), "again");
        // Another head between: the same lines, but for the last ones.
        var cut = head.Fields.Length == 0 ? head.StartLine.Length : head.Fields[^1].At;
        byte[] bytes = [.. head.Bytes[..cut], .. "X-Other: 1\r\n\r\n"u8];
        var other = new HttpHead();
        var kind = head.StartLine.Length == 0 ? Http1HeadKind.Trailers : head.StartLine.IsRequest ? Http1HeadKind.Request : Http1HeadKind.Response;
        var parser = new Http1HeadParser(kind, other);
        parser.Reset();
        if (parser.Parse(bytes, 0, bytes.Length) != ParseStatus.Complete)
            return;
        var expected = Shown(new MaskedHead(Engine), other);
        Same(expected, Shown(kept, other), "other");
        Same(fresh, Shown(kept, head), "back");
        Same(expected, Shown(kept, other), "other again");
    }

    private static void Same(string expected, string shown, string when)
    {
        if (expected != shown)
            throw new OracleException("masked the same whatever came before", $"{when}:\n{shown}\nfresh:\n{expected}");
    }

    private static string Shown(MaskedHead masked, HttpHead head)
    {
        masked.Take(head);
        var text = Encoding.Latin1.GetString(masked.Text);
        foreach (var span in masked.Spans ?? [])
        {
            if (text.Substring((int)span.At, span.Length) != $"[MASKED:{span.Detector}]")
                throw new OracleException("spans of a head are its markers", span.ToString());
        }

        if (Planted.AsWordIn(text) is { } secret)
            throw new OracleException("no secret comes out of a head", secret);
        return $"{text}{masked.Length} {masked.Date} {string.Join(' ', masked.Spans ?? [])}";
    }
}

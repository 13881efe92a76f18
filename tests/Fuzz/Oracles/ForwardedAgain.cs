using System.Text;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Fuzz.Oracles;

/// <summary>
/// What we send on of a head is a head again: with the same framing, without the fields of one connection, all others as they came; and what
/// is said to go on unchanged is what would have been written.
/// </summary>
internal static class ForwardedAgain
{
    public static void CheckRequest(HttpHead head, in RequestTarget target, byte[]? host)
    {
        if (Http1Framing.OfRequest(head, out var framing) != Http1Fault.None)
            return;
        var options = ConnectionOptions.Of(head);
        var to = new byte[ForwardedHead.SizeOf(head, host)];
        var length = ForwardedHead.WriteRequest(head, options, target, host, upgrades: false, isProxied: false, to);
        if (ForwardedHead.IsUnchanged(head, options, target, host, upgrades: false) && !IsSame(head, to.AsSpan(0, length), options.Close))
            throw new OracleException("unchanged is what would be written", Encoding.Latin1.GetString(to, 0, length));
        if (Parse(Http1HeadKind.Request, to, length) is not { } again)
            return;
        if (Http1Framing.OfRequest(again, out var then) != Http1Fault.None || then != framing)
            throw new OracleException("a request keeps its framing", $"{framing} becomes {then}");
        if (again.Target.IsEmpty || again.Target[0] != '/' || !again.Method.SequenceEqual(head.Method) || !again.Version.SequenceEqual(head.Version))
            throw new OracleException("a request asks for the same", Encoding.Latin1.GetString(again.Target));
        if (host is not null && !again.First(HttpFieldName.Host).SequenceEqual(host))
            throw new OracleException("the host is the policy's", Encoding.Latin1.GetString(again.First(HttpFieldName.Host)));
        CheckFields(head, again, host is not null);
    }

    public static void CheckResponse(HttpHead head, bool closes)
    {
        if (Http1Framing.OfResponse(head, false, out var framing) != Http1Fault.None)
            return;
        var to = new byte[ForwardedHead.SizeOf(head, null)];
        var length = ForwardedHead.WriteResponse(head, closes, isProxied: false, to);
        if (ForwardedHead.IsUnchanged(head, ConnectionOptions.Of(head), closes, isProxied: false) && !IsSame(head, to.AsSpan(0, length), closes))
            throw new OracleException("unchanged is what would be written", Encoding.Latin1.GetString(to, 0, length));
        if (Parse(Http1HeadKind.Response, to, length) is not { } again)
            return;
        if (Http1Framing.OfResponse(again, false, out var then) != Http1Fault.None || then != framing || again.Status != head.Status)
            throw new OracleException("a response keeps its framing", $"{framing} becomes {then}");
        if (ConnectionOptions.Of(again).Close != closes)
            throw new OracleException("a response says whether it closes", closes.ToString());
        CheckFields(head, again, withHost: false);
    }

    /// <summary>But for the line that says whether the connection ends: it may stand elsewhere, or be left out where it says what is so anyway.</summary>
    private static bool IsSame(HttpHead head, ReadOnlySpan<byte> written, bool closes)
    {
        var expected = new List<byte>();
        expected.AddRange(head.Bytes[..head.StartLine.Length]);
        foreach (var field in head.Fields)
        {
            if (field.Name != HttpFieldName.Connection)
                expected.AddRange(head.LineOf(field));
        }

        expected.AddRange(closes && !(head.IsHttp10 && head.StartLine.IsRequest) ? "Connection: close\r\n\r\n"u8 : "\r\n"u8);
        return written.SequenceEqual(expected.ToArray());
    }

    private static HttpHead? Parse(Http1HeadKind kind, byte[] bytes, int length)
    {
        var head = new HttpHead();
        var parser = new Http1HeadParser(kind, head);
        parser.Reset();
        var status = parser.Parse(bytes, 0, length);
        // A head at the limit may grow beyond it by what we add: nothing more is asked of it.
        if (parser.Fault is Http1Fault.HeadTooLarge or Http1Fault.TargetTooLong or Http1Fault.TooManyFields)
            return null;
        if (status != ParseStatus.Complete)
            throw new OracleException("what is sent on is a head", $"{status} {parser.Fault}");
        return head.Length == length ? head : throw new OracleException("one head is sent on", $"{head.Length} of {length}");
    }

    private static void CheckFields(HttpHead head, HttpHead again, bool withHost)
    {
        var sent = Lines(again, withHost, f => f.Name == HttpFieldName.Connection);
        var came = Lines(head, withHost, f => ConnectionOptions.Ends(head, f));
        if (!sent.SequenceEqual(came))
            throw new OracleException("fields go on as they came", $"{string.Concat(sent)}but came:\n{string.Concat(came)}");
        foreach (var field in again.Fields)
        {
            if (field.Name is HttpFieldName.KeepAlive or HttpFieldName.ProxyConnection or HttpFieldName.Upgrade)
                throw new OracleException("fields of a connection end there", field.Name.ToString());
        }
    }

    private static List<string> Lines(HttpHead head, bool withHost, Func<HttpField, bool> isLeftOut) =>
        [.. head.Fields.ToArray().Where(f => !isLeftOut(f) && !(withHost && f.Name == HttpFieldName.Host)).Select(f => Encoding.Latin1.GetString(head.LineOf(f)))];
}

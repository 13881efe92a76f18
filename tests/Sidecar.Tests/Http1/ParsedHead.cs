using System.Text;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Sidecar.Tests.Http1;

/// <summary>What a parser made of a head, in a form that can be compared.</summary>
internal sealed record ParsedHead(ParseStatus Status, Http1Fault Fault, int Length, string Text)
{
    /// <summary>Parses it in pieces that end at the given places; the parser sees each time all that came so far.</summary>
    public static ParsedHead Of(Http1HeadKind kind, byte[] bytes, params int[] ends)
    {
        var head = new HttpHead();
        var parser = new Http1HeadParser(kind, head);
        parser.Reset();
        var status = ParseStatus.NeedMore;
        foreach (var end in ends.Append(bytes.Length))
        {
            // each time elsewhere: between two reads the buffer may have moved
            var moved = new byte[end + 3];
            bytes.AsSpan(0, end).CopyTo(moved.AsSpan(3));
            status = parser.Parse(moved, 3, end);
            if (status != ParseStatus.NeedMore)
                break;
        }
        return new ParsedHead(status, parser.Fault, status == ParseStatus.Complete ? head.Length : 0, status == ParseStatus.Complete ? Describe(kind, head) : "");
    }

    public static ParsedHead Of(Http1HeadKind kind, string text, params int[] ends) => Of(kind, Encoding.Latin1.GetBytes(text), ends);

    private static string Describe(Http1HeadKind kind, HttpHead head)
    {
        var text = new StringBuilder();
        if (kind == Http1HeadKind.Request)
            text.Append($"{Latin(head.Method)}|{Latin(head.Target)}|{Latin(head.Version)}\n");
        else if (kind == Http1HeadKind.Response)
            text.Append($"{Latin(head.Version)}|{head.Status}|{Latin(head.Reason)}\n");
        foreach (var field in head.Fields)
        {
            text.Append($"{Latin(head.NameOf(field))}|{Latin(head.ValueOf(field))}|{field.Name}\n");
            Assert.StartsWith(Latin(head.NameOf(field)), Latin(head.LineOf(field)), StringComparison.Ordinal);
            Assert.EndsWith("\r\n", Latin(head.LineOf(field)), StringComparison.Ordinal);
        }
        return text.ToString();
    }

    private static string Latin(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}

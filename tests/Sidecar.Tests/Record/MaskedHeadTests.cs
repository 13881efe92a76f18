using System.Text;
using K8sRecorder.Masking;
using K8sRecorder.Sidecar.Mask;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Sidecar.Tests.Record;

/// <summary>A head's text in the recording does not depend on the head before it.</summary>
public sealed class MaskedHeadTests
{
    private const string Secret = "Bearer ghp_0123456789abcdefghijABCDEFGHIJ012345";

    private static readonly (string Name, string Value)[][] Heads =
    [
        [("Host", "h"), ("Authorization", Secret), ("Content-Length", "12"), ("X", "y")],
        [("Host", "h"), ("Authorization", Secret), ("Content-Length", "12"), ("X", "y")],
        [("Host", "h"), ("Authorization", Secret), ("Content-Length", "012"), ("X", "y")],
        [("Host", "h"), ("X", "y"), ("Authorization", Secret)],
        [("Host", "longer"), ("Authorization", Secret), ("Content-Length", "13"), ("Date", "Fri, 01 Jan 2021 00:00:00 GMT")],
        [("Host", "longer"), ("Authorization", ""), ("Content-Length", ""), ("Date", "now")],
        [],
        [("Host", "longer"), ("Authorization", Secret), ("Content-Length", "13"), ("Date", "Fri, 01 Jan 2021 00:00:00 GMT")],
    ];

    [Fact]
    public void Head_is_the_same_from_a_used_builder_as_from_a_new_one()
    {
        var engine = MaskingEngine.Create(new MaskingOptions { TagKey = new byte[32] });
        var used = new MaskedHead(engine);
        foreach (var fields in Heads)
        {
            var fresh = new MaskedHead(engine);
            var text = "GET /x?api_key=0123456789abcdef HTTP/1.1\r\n" + string.Concat(fields.Select(field => $"{field.Name}: {field.Value}\r\n")) + "\r\n";
            foreach (var head in new[] { used, fresh })
                head.Take(Parse(text));

            Assert.Equal(Encoding.UTF8.GetString(fresh.Text), Encoding.UTF8.GetString(used.Text));
            Assert.Equal(fresh.Spans, used.Spans);
            Assert.Equal((fresh.Length, fresh.Date), (used.Length, used.Date));
            Assert.DoesNotContain("ghp_", Encoding.UTF8.GetString(used.Text), StringComparison.Ordinal);
        }
    }

    private static HttpHead Parse(string text)
    {
        var head = new HttpHead();
        var bytes = Encoding.Latin1.GetBytes(text);
        Assert.Equal(ParseStatus.Complete, new Http1HeadParser(Http1HeadKind.Request, head).Parse(bytes, 0, bytes.Length));
        return head;
    }
}

using System.Buffers;
using System.Text;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Sidecar.Parse.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace K8sRecorder.Fuzz.Oracles;

/// <summary>
/// Kestrel's own parser as a second reader of a request's head. What we let through it must let through too, and both must see the same
/// names and values: where two readers differ, requests are smuggled. What we refuse and it takes is our strictness, and no finding.
/// </summary>
internal static class KestrelHead
{
    public static void Check(HttpHead head, string framing, byte[] bytes)
    {
        var seen = new Seen();
        var isAccepted = false;
        string? refusal = null;
        try
        {
            var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes));
            var parser = new HttpParser<Seen>();
            isAccepted = parser.ParseRequestLine(seen, ref reader) && parser.ParseHeaders(seen, ref reader) && reader.End;
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException refused)
        {
            refusal = refused.Message;
        }

        if (!isAccepted)
            throw new OracleException("kestrel takes what we take", $"{refusal ?? "not at the end"}; framing {framing}");
        var ours = head.Fields.ToArray().Select(f => (Latin(head.NameOf(f)), Latin(head.ValueOf(f)))).ToList();
        if (!ours.SequenceEqual(seen.Fields))
            throw new OracleException("kestrel sees the same fields", $"{string.Join(" | ", seen.Fields)} ours: {string.Join(" | ", ours)}");
        if (seen.Target != Latin(head.Target) || seen.IsHttp10 != head.IsHttp10)
            throw new OracleException("kestrel sees the same start line", $"{seen.Target.Length} ours: {head.Target.Length}");
    }

    private static string Latin(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private sealed class Seen : IHttpRequestLineHandler, IHttpHeadersHandler
    {
        public List<(string Name, string Value)> Fields { get; } = [];

        public string Target { get; private set; } = "";

        public bool IsHttp10 { get; private set; }

        public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
        {
            var end = startLine.LastIndexOf((byte)' ');
            var from = startLine.IndexOf((byte)' ') + 1;
            IsHttp10 = versionAndMethod.Version == Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpVersion.Http10;
            Target = Latin(startLine[from..(end < from ? startLine.Length : end)]);
        }

        public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Fields.Add((Latin(name), Latin(value)));

        public void OnHeadersComplete(bool endStream)
        {
        }

        public void OnStaticIndexedHeader(int index) => throw new NotSupportedException();

        public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) => throw new NotSupportedException();
    }
}

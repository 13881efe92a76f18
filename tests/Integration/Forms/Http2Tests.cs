namespace K8sRecorder.Integration.Forms;

/// <summary>HTTP/2 by prior knowledge, as gRPC clients in pods speak it: the target is spoken to in the agent's version.</summary>
[Collection(CurlServers.Name)]
public sealed class Http2Tests(CurlFixture curl)
{
    public static TheoryData<string, string[]> Forms => new()
    {
        { "get", ["{root}/plain"] },
        { "raw target", ["--path-as-is", "{root}/a%3Ab/../c%7E?x=%2F"] },
        { "head", ["-I", "{root}/head"] },
        { "form", ["-d", "a=1&b=%20", "{root}/post"] },
        { "delete", ["-X", "DELETE", "{root}/thing"] },
        { "upload", ["--data-binary", "@{file}", "{root}/upload"] },
        { "large response", ["{root}/bytes"] },
        { "no content", ["{root}/empty"] },
        { "not modified", ["-H", "If-None-Match: \"v1\"", "{root}/cached"] },
        { "gzip", ["-H", "Accept-Encoding: gzip", "{root}/gzip"] },
        { "response without length", ["{root}/chunked"] },
        { "several cookies set", ["{root}/cookies"] },
        { "server error", ["{root}/fails"] },
        { "trailers", ["-H", "TE: trailers", "{root}/trailers"] },
        { "server-sent events", ["{root}/sse"] },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Form_arrives_as_without_the_recorder(string form, string[] arguments)
    {
        arguments = ["--http2-prior-knowledge", .. arguments];
        var headersOnly = arguments.Contains("-I");

        var straight = CurlAnswer.Describe(await curl.CurlAsync(curl.Http2Server, arguments), headersOnly, []);
        var recorded = CurlAnswer.Describe(await curl.CurlAsync(curl.Http2Recorder, arguments), headersOnly, []);

        Assert.StartsWith("HTTP/2 ", recorded, StringComparison.Ordinal);
        Assert.True(straight == recorded, $"{form}\n--- straight\n{straight}\n--- through the recorder\n{recorded}");
    }

    [Fact]
    public async Task Target_that_only_speaks_http_1_is_spoken_to_in_it()
    {
        var recorded = CurlAnswer.Describe(await curl.CurlAsync(curl.Recorder, ["--http2-prior-knowledge", "-d", "a=1", "{root}/a%3Ab?x=%2F"]), false, []);

        Assert.StartsWith("HTTP/2 200", recorded, StringComparison.Ordinal);
        Assert.Contains("\"target\": \"/a%3Ab?x=%2F\"", recorded, StringComparison.Ordinal);
        Assert.Contains("\"length\": 3", recorded, StringComparison.Ordinal);
    }
}

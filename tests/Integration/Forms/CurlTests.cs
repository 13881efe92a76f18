namespace K8sRecorder.Integration.Forms;

/// <summary>Odd but legal HTTP: through the recorder curl and the server see what they see without it.</summary>
[Collection(CurlServers.Name)]
public sealed class CurlTests(CurlFixture curl)
{
    private static readonly string LongValue = new('x', 7000);

    public static TheoryData<string, string[]> Forms => new()
    {
        { "get", ["{root}/plain"] },
        { "raw target", ["--path-as-is", "{root}/a%3Ab/../c%7E?x=%2F"] },
        { "odd query", ["--path-as-is", "{root}/q?a=b&a=c&d&=e&f=%zz&g=a+b&h=?/&i[]=1"] },
        { "double slashes", ["--path-as-is", "{root}//double//slash/./x/"] },
        { "path of escapes", ["--path-as-is", "{root}/%2e%2e/%2F/%5C/%7f/%C3%A9/%ff"] },
        { "very long target", ["{root}/long?" + LongValue] },
        { "options", ["-X", "OPTIONS", "{root}/x"] },
        { "head", ["-I", "{root}/head"] },
        { "form", ["-d", "a=1&b=%20", "{root}/post"] },
        { "empty post", ["-X", "POST", "-H", "Content-Length: 0", "{root}/post"] },
        { "get with body", ["-X", "GET", "-d", "body", "{root}/get"] },
        { "patch", ["-X", "PATCH", "-d", "{}", "-H", "Content-Type: application/merge-patch+json", "{root}/patch"] },
        { "delete", ["-X", "DELETE", "{root}/thing"] },
        { "unusual method", ["-X", "PURGE", "-H", "Content-Length: 0", "{root}/thing"] },
        { "unusual method without a length", ["-X", "PURGE", "{root}/thing"] },
        { "path with a null", ["{root}/a%00b"] },
        { "head of a chunked resource", ["-I", "{root}/chunked"] },
        { "body until close", ["{root}/until-close"] },
        { "http 1.0", ["-0", "{root}/plain"] },
        { "http 1.0 answered in chunks", ["-0", "{root}/chunked"] },
        { "webdav method", ["-X", "PROPFIND", "-H", "Depth: 1", "-d", "<propfind/>", "{root}/dav"] },
        { "100-continue", ["-H", "Expect: 100-continue", "-T", "{file}", "{root}/upload"] },
        { "large upload", ["-H", "Expect:", "--data-binary", "@{file}", "{root}/upload"] },
        { "chunked upload", ["-H", "Transfer-Encoding: chunked", "-H", "Expect:", "-T", "{file}", "{root}/upload"] },
        { "multipart", ["-H", "Content-Type: multipart/form-data; boundary=b", "--data-binary", "--b\r\n\r\nx\r\n--b--", "{root}/upload"] },
        { "range", ["-r", "10-19", "{root}/range"] },
        { "no content", ["{root}/empty"] },
        { "not modified", ["-H", "If-None-Match: \"v1\"", "{root}/cached"] },
        { "cached", ["{root}/cached"] },
        { "gzip", ["-H", "Accept-Encoding: gzip", "{root}/gzip"] },
        { "deflate", ["-H", "Accept-Encoding: deflate", "{root}/deflate"] },
        { "brotli", ["-H", "Accept-Encoding: br", "{root}/br"] },
        { "large response", ["{root}/bytes"] },
        { "redirect", ["{root}/redirect"] },
        { "server error", ["{root}/fails"] },
        { "odd status", ["{root}/reason"] },
        { "several cookies set", ["{root}/cookies"] },
        { "cookies sent", ["-b", "a=1; b=\"2\"", "{root}/c"] },
        { "long header sent", ["-H", "X-Long: " + LongValue, "{root}/h"] },
        { "long header received", ["{root}/long-header"] },
        { "odd header names", ["-H", "x-UPPER_lower.1: v", "-H", "X-Empty;", "{root}/h"] },
        { "header value with odd bytes", ["-H", "X-Odd: a\tb  c;,\"d\\", "{root}/h"] },
        { "forwarding headers of the agent", ["-H", "X-Forwarded-For: 10.0.0.1", "-H", "Via: 1.1 a", "-H", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "{root}/h"] },
        { "expectation of a type", ["-H", "Accept: */*;q=0.1, text/html", "{root}/h"] },
        { "chunked response", ["{root}/chunked"] },
        { "trailers", ["-H", "TE: trailers", "{root}/trailers"] },
        { "server-sent events", ["{root}/sse"] },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Form_arrives_as_without_the_recorder(string form, string[] arguments)
    {
        var headersOnly = arguments.Contains("-I");

        var straight = CurlAnswer.Describe(await curl.CurlAsync(curl.Server, arguments), headersOnly, []);
        var recorded = CurlAnswer.Describe(await curl.CurlAsync(curl.Recorder, arguments), headersOnly, []);

        Assert.True(straight == recorded, $"{form}\n--- straight\n{straight}\n--- through the recorder\n{recorded}");
    }

    [Fact]
    public async Task Absolute_form_reaches_the_target_with_its_path()
    {
        var recorded = CurlAnswer.Describe(await curl.CurlAsync(curl.Recorder, ["--proxy", "{root}", "http://odd.test/x%3A?y=%2F"]), false, []);

        Assert.Contains("/x%3A?y=%2F", recorded, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pipelined_connection_serves_several_requests()
    {
        var recorded = await curl.CurlAsync(curl.Recorder, ["{root}/one", "{root}/head", "{root}/empty", "{root}/two"]);

        Assert.Equal(4, System.Text.Encoding.Latin1.GetString(recorded).Split("HTTP/1.1 2").Length - 1);
    }

    // What follows is refused or changed, knowingly: docs/fidelity.md has the list.

    [Theory]
    [InlineData("501", "-X", "OPTIONS", "--request-target", "*", "{root}")]
    public async Task Form_that_cannot_be_passed_on_is_refused(string status, params string[] arguments) =>
        Assert.StartsWith($"HTTP/1.1 {status} ", CurlAnswer.Describe(await curl.CurlAsync(curl.Recorder, arguments), true, []), StringComparison.Ordinal);
}

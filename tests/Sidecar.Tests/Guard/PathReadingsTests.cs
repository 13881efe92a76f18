using System.Text;
using K8sRecorder.Policy.Model;
using K8sRecorder.Sidecar.Guard;

namespace K8sRecorder.Sidecar.Tests.Guard;

/// <summary>A path that a rule denies must not be reached by another spelling that some server takes for the same.</summary>
public sealed class PathReadingsTests
{
    [Theory]
    [InlineData("/v1/fine_tuning/jobs")]
    [InlineData("/v1/fine_tuning/jobs?x=1")]
    [InlineData("/v1/fine_tuning/jobs/")]
    [InlineData("http://other/v1/fine_tuning/jobs")]
    [InlineData("/V1/Fine_Tuning/jobs")]
    [InlineData("//v1//fine_tuning///jobs")]
    [InlineData("/./v1/fine_tuning/./jobs")]
    [InlineData("/v1/models/../fine_tuning/jobs")]
    [InlineData("/../v1/fine_tuning/jobs")]
    [InlineData("/v1/%66ine_tuning/jobs")]
    [InlineData("/v1/%2566ine_tuning/jobs")]
    [InlineData("/v1/%252566ine_tuning/jobs")]
    [InlineData("/v1%2ffine_tuning%2Fjobs")]
    [InlineData("/v1/models/%2e%2e/fine_tuning/jobs")]
    [InlineData("/v1/models%2f..%2ffine_tuning/jobs")]
    [InlineData("/v1/models/%252e%252e/fine_tuning/jobs")]
    [InlineData("/v1/models/.%2e/fine_tuning/jobs")]
    [InlineData("/v1\\fine_tuning\\jobs")]
    [InlineData("/v1%5cfine_tuning%5cjobs")]
    [InlineData("/v1;a=b/fine_tuning;c/jobs")]
    [InlineData("/v1/models/..;/fine_tuning/jobs")]
    [InlineData("/v1/models/..;a/fine_tuning/jobs")]
    [InlineData("/v1/models/%2e%2e;/fine_tuning/jobs")]
    [InlineData("/v1./fine_tuning./jobs")]
    [InlineData("/v1/fine_tuning%20/jobs")]
    [InlineData("/v1/fine_tuning%00/jobs")]
    [InlineData("/v1/fine_tuning/jobs%00.png")]
    [InlineData("/v1/fine_tuning/jobs%3fx")]
    [InlineData("/v1/fine_tuning/jobs#x")]
    [InlineData("/v1/fine_tuning/jobs%23x")]
    [InlineData("/v1/fine_tuning/x/..%2f..%2fjobs")]
    [InlineData("/v1%c0%affine_tuning%c0%afjobs")]
    [InlineData("/v1/models/%c0%ae%c0%ae/fine_tuning/jobs")]
    [InlineData("/v1%e0%80%affine_tuning/jobs")]
    [InlineData("/v1%u002ffine_tuning/jobs")]
    [InlineData("/v1%uff0ffine_tuning/jobs")]
    [InlineData("/v1/fine_tuning/%2e%2e/%66ine_tuning/jobs")]
    public void Another_spelling_is_the_same(string target) => Assert.True(IsDenied(target));

    [Theory]
    [InlineData("/v1/models")]
    [InlineData("/v1/fine_tuning")]
    [InlineData("/v1/fine-tuning/jobs")]
    [InlineData("/v1/models?path=/v1/fine_tuning/jobs")]
    [InlineData("/v2/v1/fine_tuning/jobs")]
    [InlineData("/v1/files/caf%C3%A9%20au%20lait.pdf")]
    [InlineData("/proxy/https%3A%2F%2Fexample.org%2Fa%2Fb%3Fc%3Dd%26e%3D%2525")]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("*")]
    [InlineData("/%")]
    [InlineData("/%2")]
    [InlineData("/%zz%u12")]
    [InlineData("/....//....//")]
    public void Another_path_is_not(string target) => Assert.False(IsDenied(target));

    [Fact]
    public void Plain_path_has_one_reading() => Assert.Equal(["/v1/chat/completions"], PathReadings.Of("/v1/chat/completions?a=%2e"u8));

    [Fact]
    public void What_has_too_many_readings_or_is_too_long_is_not_read()
    {
        Assert.Null(PathReadings.Of(Encoding.ASCII.GetBytes("/" + string.Concat(Enumerable.Repeat("%2525252525252525252525252e;a/../%255c./%3f/", 20)))));
        Assert.Null(PathReadings.Of(Encoding.ASCII.GetBytes("/" + new string('a', PathReadings.MaxLength))));
    }

    [Theory]
    [InlineData("/a%20b/*", "/a%20b/c")]
    [InlineData("/a%20b/*", "/%61%20b/c")]
    [InlineData("/admin/", "/admin")]
    [InlineData("/admin", "/admin/")]
    [InlineData("*/exec", "/api/v1/namespaces/a/pods/b/exec")]
    [InlineData("/caf\u00e9", "/caf%C3%A9")]
    [InlineData("/", "/")]
    [InlineData("/", "http://h")]
    public void Glob_matches_what_its_writer_means(string glob, string target) => Assert.True(IsDenied(target, glob));

    private static bool IsDenied(string target, string glob = "/v1/fine_tuning/*") =>
        new HttpRule(new GuardRuleSpec { Name = "a", Deny = new GuardDenySpec { Path = [glob] } }).HasPath(PathReadings.Of(Encoding.Latin1.GetBytes(target)) ?? []);
}

using System.Diagnostics;
using System.Net;

namespace K8sRecorder.Integration.Dns;

/// <summary>Real clients ask a real resolver, straight and through the recorder.</summary>
public sealed class DnsClientTests(DnsFixture servers) : IClassFixture<DnsFixture>
{
    public static TheoryData<string[]> Questions =>
    [
        ["a.test"], ["a.test", "AAAA"], ["A.TeSt", "+qid=1"], ["a.test", "+tcp"], ["a.test", "+noedns"], ["a.test", "+dnssec", "+cd"], ["a.test", "+nocookie"],
        ["alias.test"], ["mail.test", "MX"], ["_http._tcp.test", "SRV"], ["short.test", "TXT"], ["nothing.test"], ["a.test", "TXT"], ["test", "SOA"],
        ["large.test", "TXT"], ["large.test", "TXT", "+noedns", "+ignore"], ["large.test", "TXT", "+bufsize=4096", "+ignore"], ["large.test", "TXT", "+tcp"],
        ["plain.test", "HTTPS"], ["odd.test", "TYPE65280"], ["1.2.0.192.in-addr.arpa", "PTR"], ["version.bind", "CH", "TXT"],
    ];

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task Dig_gets_through_us_what_it_gets_straight(string[] question)
    {
        var straight = await DigAsync(servers.Resolver, question);

        var through = await DigAsync(servers.Recorder, question);

        Assert.NotEmpty(straight);
        Assert.Equal(straight, through);
    }

    [Theory]
    [InlineData("a.test", "+opcode=notify")]
    [InlineData("test", "AXFR")]
    public async Task What_is_more_than_a_question_is_refused(params string[] question)
    {
        Assert.Matches("NOTIMP|Transfer failed", await DigAsync(servers.Recorder, question));
    }

    [Fact]
    public async Task Service_record_arrives_without_ech_and_http3()
    {
        Assert.Contains("alpn=\"h3,h2\" ipv4hint=192.0.2.1 ech=", await DigAsync(servers.Resolver, "covert.test", "HTTPS"), StringComparison.Ordinal);

        var through = await DigAsync(servers.Recorder, "covert.test", "HTTPS");

        Assert.Contains("alpn=\"h2\" ipv4hint=192.0.2.1", through, StringComparison.Ordinal);
        Assert.DoesNotContain("ech", through, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nslookup_finds_both_families_and_the_book_knows_them()
    {
        var (exitCode, output) = await RunAsync("nslookup", $"-port={servers.Recorder.Port}", "a.test", "127.0.0.1");

        Assert.Equal(0, exitCode);
        Assert.Contains("192.0.2.2", output, StringComparison.Ordinal);
        Assert.Contains("2001:db8::1", output, StringComparison.Ordinal);
        Assert.Equal("a.test", Assert.Single(servers.Book.NamesOf(IPAddress.Parse("192.0.2.1"))).Text);
        Assert.Equal("a.test", Assert.Single(servers.Book.NamesOf(IPAddress.Parse("2001:db8::1"))).Text);
    }

    private static async Task<string> DigAsync(IPEndPoint server, params string[] question)
    {
        var (exitCode, output) = await RunAsync(
            "dig", [$"@{server.Address}", "-p", $"{server.Port}", "+noall", "+comments", "+question", "+answer", "+authority", "+additional", "+qid=7", "+norrcomments", "+tries=1", .. question]);
        Assert.Equal(0, exitCode);
        return string.Join('\n', output.Split('\n').Where(line => !line.Contains("COOKIE", StringComparison.Ordinal) && !line.StartsWith("; <<>>", StringComparison.Ordinal)).Order());
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string name, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}

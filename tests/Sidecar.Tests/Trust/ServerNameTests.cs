using System.Net;
using K8sRecorder.Sidecar.Trust;

namespace K8sRecorder.Sidecar.Tests.Trust;

public sealed class ServerNameTests
{
    [Theory]
    [InlineData("api.openai.com", "api.openai.com")]
    [InlineData("API.OpenAI.com", "api.openai.com")]
    [InlineData("localhost", "localhost")]
    [InlineData("orders-db_1.team-a.svc", "orders-db_1.team-a.svc")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("3com.example", "3com.example")]
    public void Dns_name_is_taken_in_lower_case(string text, string expected)
    {
        Assert.True(ServerName.TryParse(text, out var name));
        Assert.Equal(expected, name.Text);
        Assert.Null(name.Address);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("2001:DB8:0::1", "2001:db8::1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    public void Address_is_an_address(string text, string expected)
    {
        Assert.True(ServerName.TryParse(text, out var name));
        Assert.Equal(IPAddress.Parse(expected), name.Address);
        Assert.Equal(expected, name.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("example.com.")]
    [InlineData(".example.com")]
    [InlineData("a..b")]
    [InlineData("*.example.com")]
    [InlineData("-a.example")]
    [InlineData("a-.example")]
    [InlineData("_a.example")]
    [InlineData("a b.example")]
    [InlineData("a\0.example")]
    [InlineData("a\n.example")]
    [InlineData("a/b")]
    [InlineData("user@example.com")]
    [InlineData("example.com:443")]
    [InlineData("bücher.example")]
    [InlineData("\u212A.example")] // KELVIN SIGN, whose lower case is an ASCII k
    [InlineData("1.2")]
    [InlineData("1.2.3.4.5")]
    [InlineData("01.2.3.4")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("a.0x1")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[::1]")]
    [InlineData("a:b")]
    public void Anything_else_is_refused(string text) => Assert.False(ServerName.TryParse(text, out _));

    [Fact]
    public void Length_is_bounded()
    {
        var label = new string('a', 63);
        Assert.True(ServerName.TryParse($"{label}.{label}.{label}.{label[..61]}", out _));
        Assert.False(ServerName.TryParse($"{label}.{label}.{label}.{label[..62]}", out _));
        Assert.False(ServerName.TryParse(label + "a", out _));
    }

    [Fact]
    public void Address_has_no_scope() => Assert.Equal("fe80::1", ServerName.Of(IPAddress.Parse("fe80::1%3")).Text);
}

using System.Text;
using K8sRecorder.Sidecar.Proxy;

namespace K8sRecorder.Sidecar.Tests.Proxy;

/// <summary>Host and port that a proxy is asked for: one place, or none.</summary>
public sealed class ProxyAuthorityTests
{
    [Theory]
    [InlineData("api.openai.com:443", "api.openai.com:443", false)]
    [InlineData("API.OpenAI.com.:443", "api.openai.com:443", false)]
    [InlineData("xn--bro-hoa.example:1", "xn--bro-hoa.example:1", false)]
    [InlineData("a_b.svc:65535", "a_b.svc:65535", false)]
    [InlineData("127.0.0.1:80", "127.0.0.1:80", true)]
    [InlineData("[::1]:80", "[::1]:80", true)]
    [InlineData("[2001:DB8:0::1]:443", "[2001:db8::1]:443", true)]
    [InlineData("[::ffff:127.0.0.1]:80", "127.0.0.1:80", true)]
    public void Place_is_read(string authority, string text, bool isAddress)
    {
        var read = ProxyAuthority.Read(Encoding.Latin1.GetBytes(authority), 0)!.Value;

        Assert.Equal((text, isAddress), (read.Text, read.Address is not null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("h:")]
    [InlineData(":80")]
    [InlineData("h:0")]
    [InlineData("h:65536")]
    [InlineData("h:080000")]
    [InlineData("h:+80")]
    [InlineData("h:80 ")]
    [InlineData("u:p@h:80")]
    [InlineData("u@h:80")]
    [InlineData("a..b:80")]
    [InlineData(".h:80")]
    [InlineData("h..:80")]
    [InlineData("b\u00fcro.example:80")]
    [InlineData("%6c%6fcalhost:80")]
    [InlineData("::1:80")]
    [InlineData("[::1]")]
    [InlineData("[::1]80")]
    [InlineData("[::1]x:80")]
    [InlineData("[::1:80")]
    [InlineData("::1]:80")]
    [InlineData("[fe80::1%eth0]:80")]
    [InlineData("[127.0.0.1]:80")]
    [InlineData("127.1:80")]
    [InlineData("2130706433:80")]
    [InlineData("0x7f000001:80")]
    [InlineData("0x7f.0.0.1:80")]
    [InlineData("127.0.0.01:80")]
    [InlineData("256.0.0.1:80")]
    [InlineData("1.2.3.4.5:80")]
    [InlineData("http://h:80")]
    [InlineData("h:80/path")]
    public void What_could_be_two_places_is_none(string authority) => Assert.Null(ProxyAuthority.Read(Encoding.Latin1.GetBytes(authority), 0));

    [Theory]
    [InlineData("h", 80)]
    [InlineData("h:", 80)]
    [InlineData("h:81", 81)]
    [InlineData("[::1]", 80)]
    public void Port_of_a_uri_may_be_the_schemes(string authority, int port) => Assert.Equal(port, ProxyAuthority.Read(Encoding.ASCII.GetBytes(authority), 80)!.Value.Port);

    [Fact]
    public void Longest_name_is_read_and_a_longer_one_is_not()
    {
        var name = string.Join('.', Enumerable.Repeat(new string('a', 63), 3)) + "." + new string('b', 61);

        Assert.NotNull(ProxyAuthority.Read(Encoding.ASCII.GetBytes(name + ":1"), 0));
        Assert.Null(ProxyAuthority.Read(Encoding.ASCII.GetBytes(name + "b:1"), 0));
        Assert.Null(ProxyAuthority.Read(Encoding.ASCII.GetBytes(new string('a', 64) + ":1"), 0));
    }
}

using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Sidecar.Tests.Dns;

/// <summary>Names on the wire: compression that leads backwards only, lengths that hold.</summary>
public sealed class NameReaderTests
{
    [Fact]
    public void Pointers_are_followed_backwards()
    {
        byte[] message = [.. new byte[12], 1, (byte)'b', 0, 1, (byte)'a', 0xc0, 12, 9];

        Assert.True(Read(message, 15, out var name, out var next));
        Assert.Equal([1, (byte)'a', 1, (byte)'b', 0], name);
        Assert.Equal(19, next);
    }

    [Theory]
    [InlineData(new byte[] { 0xc0, 12 }, "to itself")]
    [InlineData(new byte[] { 1, 97, 0xc0, 12 }, "to its own beginning")]
    [InlineData(new byte[] { 1, 97, 0xc0, 14 }, "to the pointer")]
    [InlineData(new byte[] { 0xc0, 14, 0xc0, 12 }, "forwards")]
    [InlineData(new byte[] { 0xc0, 0 }, "into the header")]
    [InlineData(new byte[] { 0xc0 }, "cut")]
    [InlineData(new byte[] { 1 }, "cut in a label")]
    [InlineData(new byte[] { 1, 97 }, "without an end")]
    [InlineData(new byte[] { 0x40, 97, 0 }, "of a label type that there is not")]
    public void Name_that_leads_nowhere_is_refused(byte[] bytes, string what)
    {
        Assert.False(Read([.. new byte[12], .. bytes], 12, out _, out _), what);
    }

    [Fact]
    public void Two_pointers_that_point_at_each_other_end()
    {
        byte[] message = [.. new byte[12], 1, 97, 0xc0, 16, 1, 98, 0xc0, 12];

        Assert.False(Read(message, 12, out _, out _));
        Assert.False(Read(message, 16, out _, out _));
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(62, true)]
    [InlineData(64, false)]
    public void Name_has_255_bytes_at_most(int last, bool isName)
    {
        // 3 × 64, a last label of 61 and the root are 255
        var labels = new[] { 63, 63, 63, last - 2 }.SelectMany(length => new[] { (byte)length }.Concat(Enumerable.Repeat((byte)'x', length)));

        Assert.Equal(isName, Read([.. new byte[12], .. labels, 0], 12, out _, out _));
    }

    [Theory]
    [InlineData("API.OpenAI.com.", "api.openai.com", true)]
    [InlineData("a.api.openai.com", "openai.com", true)]
    [InlineData("notopenai.com", "openai.com", false)]
    [InlineData("openai.com", "api.openai.com", false)]
    public void Names_are_compared_by_whole_labels(string name, string suffix, bool isWithin)
    {
        Assert.Equal(isWithin, Parsed(name).IsWithin(Parsed(suffix)));
    }

    [Fact]
    public void Dot_within_a_label_is_no_border_of_two()
    {
        byte[] wire = [13, .. "evil.internal"u8, 3, .. "com"u8, 0];

        var name = DnsName.FromWire(wire);

        Assert.Equal("evil\\046internal.com", name.Text);
        Assert.False(name.IsWithin(Parsed("internal.com")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("a b")]
    [InlineData("grüße.de")]
    public void Text_that_is_no_host_name_is_none(string text)
    {
        Assert.False(DnsName.TryParse(text, out _));
    }

    private static DnsName Parsed(string text)
    {
        Assert.True(DnsName.TryParse(text, out var name));
        return name;
    }

    private static bool Read(byte[] message, int at, out byte[] name, out int next)
    {
        var wire = new byte[DnsLimits.Name];
        var isName = NameReader.TryRead(message, at, wire, out var length, out next);
        name = wire[..length];
        return isName;
    }
}

using System.Text;
using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Sidecar.Tests.Dns;

/// <summary>Records as the recording shows them.</summary>
public sealed class AnswerTextTests
{
    private static readonly byte[] Asked = Wire.Question("www.example.com").ToArray();

    [Fact]
    public void Records_stand_one_a_line_with_their_sections()
    {
        var message = Wire.Answer(Asked)
            .Record(5, Wire.Labels("cdn.example.net"), ttl: 60)
            .A("cdn.example.net", "192.0.2.7")
            .Record("example.net", 2, [2, (byte)'n', (byte)'s', 0xc0, 12], section: 8)
            .Edns(1232, [0, 15, 0, 2, 0, 18])
            .ToArray();

        Assert.Equal(
            "@ CNAME cdn.example.net\ncdn.example.net A 192.0.2.7\n;; authority\nexample.net NS ns.www.example.com\n;; option 15 0012\n",
            Text(message, out var least));
        Assert.Equal(60u, least);
    }

    [Theory]
    [InlineData(15, new byte[] { 0, 10, 2, 109, 120, 0 }, "@ MX 10 mx\n")]
    [InlineData(33, new byte[] { 0, 1, 0, 2, 1, 187, 1, 115, 0 }, "@ SRV 1 2 443 s\n")]
    [InlineData(28, new byte[] { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, "@ AAAA 2001:db8::1\n")]
    [InlineData(1, new byte[] { 1, 2, 3 }, "@ A \\# 3 010203\n")] // not in the form of an address
    [InlineData(5, new byte[] { 0xc0, 200 }, "@ CNAME \\# 2 c0c8\n")]
    [InlineData(65280, new byte[] { 0, 255 }, "@ TYPE65280 \\# 2 00ff\n")]
    [InlineData(10, new byte[0], "@ NULL \\# 0\n")]
    public void Data_is_shown_in_the_form_of_its_type(int type, byte[] data, string line)
    {
        Assert.Equal(line, Text(Wire.Answer(Asked).Record((ushort)type, data).ToArray(), out _));
    }

    [Fact]
    public void Strings_are_put_together_and_odd_bytes_escaped()
    {
        Assert.Equal("@ TXT \"ab\\\"c\\\\\\255\"\n", Text(Wire.Answer(Asked).Record(16, [2, 97, 98, 4, (byte)'"', 99, (byte)'\\', 255]).ToArray(), out _));
    }

    [Fact]
    public void Text_in_unknown_data_can_be_read_and_so_masked()
    {
        byte[] data = [0, 1, .. "ghp_0123456789abcdefghij"u8, 255];

        Assert.Equal("@ TYPE65281 \\# 27 \"\\000\\001ghp_0123456789abcdefghij\\255\"\n", Text(Wire.Answer(Asked).Record(65281, data).ToArray(), out _));
    }

    [Fact]
    public void Service_records_are_shown_with_their_parameters()
    {
        var data = Wire.Service(
            1, "svc.example.net", Wire.Parameter(0, 0, 1), Wire.Parameter(1, Wire.Protocols("h2", "h3")), Wire.Parameter(3, 1, 187), Wire.Parameter(4, 192, 0, 2, 1),
            Wire.Parameter(5, 1, 2, 3), Wire.Parameter(700, 9));

        Assert.Equal(
            "@ HTTPS 1 svc.example.net mandatory=alpn alpn=\"h2,h3\" port=443 ipv4hint=192.0.2.1 ech=010203 key700=09\n",
            Text(Wire.Answer(Asked).Record(65, data).ToArray(), out _));
    }

    [Fact]
    public void Text_of_a_message_made_to_grow_is_cut()
    {
        // a name of odd bytes that every record points at: each line is a kilobyte, a message of them six megabytes
        var name = Wire.Labels(string.Join('.', Enumerable.Repeat(new string('\u00ff', 62), 4)));
        var message = Wire.Answer(Asked).Record(16, [1, 65]);
        var at = message.ToArray().Length;
        message.Bytes(name).Word(1).Word(1).Word(0).Word(0).Word(0).Count(6);
        for (var i = 0; i < 4000; i++)
            message.Word((ushort)(0xc000 | at)).Word(1).Word(1).Word(0).Word(0).Word(0).Count(6);
        var text = new DnsTextWriter();

        AnswerText.Write(message.ToArray(), [], text);

        Assert.True(text.IsCut);
        Assert.True(text.Text.Length <= DnsLimits.Text);
    }

    private static string Text(byte[] message, out uint? least)
    {
        var text = new DnsTextWriter();
        least = AnswerText.Write(message, Wire.Labels("www.example.com"), text);
        Assert.False(text.IsCut);
        return Encoding.ASCII.GetString(text.Text);
    }
}

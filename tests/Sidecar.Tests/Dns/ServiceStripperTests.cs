using System.Text;
using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Sidecar.Tests.Dns;

/// <summary>What is taken out of SVCB and HTTPS records, and that the rest stays what it was (RFC 9460).</summary>
public sealed class ServiceStripperTests
{
    private static readonly byte[] Asked = Wire.Question("example.com", 65).ToArray();
    private static readonly byte[] Ech = Wire.Parameter(5, 1, 2, 3);
    private static readonly byte[] Port = Wire.Parameter(3, 1, 187);

    [Fact]
    public void Message_without_them_stays_as_it_is()
    {
        var message = Wire.Answer(Asked).Record(65, Wire.Service(1, ".", Alpn("h2"), Port)).ToArray();

        Assert.Equal(0, ServiceStripper.Strip(message, out var stripped));
        Assert.Null(stripped);
    }

    [Fact]
    public void Ech_and_http3_go_and_the_lists_of_mandatory_keys_follow()
    {
        Check("1 . mandatory=alpn,port alpn=\"h2,http/1.1\" port=443", 3, Wire.Parameter(0, 0, 1, 0, 3, 0, 5), Alpn("h3", "h2", "h3-29", "http/1.1"), Port, Ech);
        Check("1 . port=443", 2, Wire.Parameter(0, 0, 1, 0, 5), Alpn("h3"), Port, Ech);
        Check("1 . alpn=\"h2\" no-default-alpn", 1, Alpn("H3", "h2"), Wire.Parameter(2));
    }

    [Fact]
    public void Record_that_offers_nothing_else_goes_as_a_whole()
    {
        Assert.Equal(("", 1), Stripped(Alpn("h3"), Wire.Parameter(2)));
    }

    [Fact]
    public void Record_that_another_reader_might_take_for_something_goes_as_a_whole()
    {
        Assert.Equal(("", 1), Stripped(Port, Ech, Ech)); // twice
        Assert.Equal(("", 1), Stripped(Ech, Port)); // not in order
        Assert.Equal(("", 1), Stripped([0, 5, 0, 9, 1])); // cut
        Assert.Equal(("", 1), Stripped(Wire.Parameter(1, 3, (byte)'h', (byte)'3'))); // a name longer than its list
    }

    [Fact]
    public void What_follows_a_stripped_record_is_still_what_it_was()
    {
        var message = Wire.Answer(Asked, flags: 0x81a0)
            .Record(65, Wire.Service(1, "svc.example.com", Alpn("h2", "h3"), Ech))
            .Record("a.b.example.net", 1, [192, 0, 2, 1]);
        var at = message.ToArray().Length;
        message.Record("mail.example.net", 15, [0, 5, 0xc0, (byte)(at - 31)]) // a pointer to a.b.example.net, which moves
            .Record(6, [.. Wire.Labels("ns.example.com"), 0xc0, 12, .. new byte[20]], section: 8)
            .Record(16, [3, 0xc0, 12, 0], section: 10)
            .Edns();
        var original = message.ToArray();

        Assert.Equal(2, ServiceStripper.Strip(original, out var stripped));

        Assert.Equal(
            Text(original).Replace(",h3", "", StringComparison.Ordinal).Replace(" ech=010203", "", StringComparison.Ordinal), Text(stripped!));
        Assert.Contains("mail.example.net MX 5 a.b.example.net\n", Text(stripped!), StringComparison.Ordinal);
        Assert.Equal(0x8180, (stripped![2] << 8) | stripped[3]); // nobody has authenticated this
        Assert.True(stripped.Length <= original.Length);
        DnsQuestion.TryParse(Asked, out var question);
        Assert.Equal(AnswerFit.Whole, DnsAnswer.Check(stripped, 0x1234, Asked, question));
    }

    private static byte[] Alpn(params string[] protocols) => Wire.Parameter(1, Wire.Protocols(protocols));

    private static void Check(string expected, int taken, params byte[][] parameters) =>
        Assert.Equal(($"@ HTTPS {expected}\n", taken), Stripped(parameters));

    private static (string Text, int Taken) Stripped(params byte[][] parameters)
    {
        var taken = ServiceStripper.Strip(Wire.Answer(Asked).Record(65, Wire.Service(1, ".", parameters)).ToArray(), out var stripped);
        return (Text(stripped!), taken);
    }

    private static string Text(byte[] message)
    {
        var text = new DnsTextWriter();
        AnswerText.Write(message, Wire.Labels("example.com"), text);
        return Encoding.ASCII.GetString(text.Text);
    }
}

using System.Net;
using K8sRecorder.Sidecar.Dns;
using K8sRecorder.Sidecar.Dns.Messages;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Dns;

/// <summary>Which addresses stand for which names, and for how long.</summary>
public sealed class AddressBookTests
{
    private static readonly IPAddress One = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Two = IPAddress.Parse("192.0.2.2");

    private readonly ManualTime _time = new();

    [Fact]
    public void Names_and_addresses_are_found_both_ways()
    {
        var book = new AddressBook(_time);
        book.Learn(Name("a.example"), One, TimeSpan.Zero);
        book.Learn(Name("b.example"), One, TimeSpan.Zero);
        book.Learn(Name("b.example"), Two, TimeSpan.Zero);
        book.Learn(Name("a.example"), One, TimeSpan.Zero);

        Assert.Equal([Name("a.example"), Name("b.example")], book.NamesOf(One)); // the one asked for last first
        Assert.Equal([Name("a.example"), Name("b.example")], book.NamesOf(One.MapToIPv6()));
        Assert.Equal([Two, One], book.AddressesOf(Name("b.example")));
        Assert.True(book.Knows(Name("b.example"), Two));
        Assert.False(book.Knows(Name("a.example"), Two));
        Assert.Empty(book.NamesOf(IPAddress.Parse("192.0.2.3")));
    }

    [Fact]
    public void Entry_stays_for_its_time_to_live_and_the_grace()
    {
        var book = new AddressBook(_time, TimeSpan.FromMinutes(10));
        book.Learn(Name("a.example"), One, TimeSpan.FromMinutes(5));
        _time.Advance(TimeSpan.FromMinutes(15));
        Assert.True(book.Knows(Name("a.example"), One));
        book.Learn(Name("a.example"), One, TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromMinutes(11) + TimeSpan.FromSeconds(1));

        Assert.Empty(book.NamesOf(One));
        Assert.Empty(book.AddressesOf(Name("a.example")));
        Assert.Equal(0, book.Count);
    }

    [Fact]
    public void Full_book_forgets_what_was_used_longest_ago()
    {
        var book = new AddressBook(_time, TimeSpan.FromMinutes(10), most: 2);
        book.Learn(Name("a.example"), One, TimeSpan.Zero);
        book.Learn(Name("b.example"), Two, TimeSpan.Zero);
        book.NamesOf(One);
        book.Learn(Name("c.example"), Two, TimeSpan.Zero);

        Assert.Equal([Name("a.example")], book.NamesOf(One));
        Assert.Equal([Name("c.example")], book.NamesOf(Two));
        Assert.Equal(2, book.Count);
    }

    [Fact]
    public void Chain_of_aliases_is_followed_in_the_answer_alone()
    {
        var asked = Wire.Question("www.example.com").ToArray();
        var book = Learned(asked, Wire.Answer(asked)
            .Record("mid.example.net", 5, Wire.Labels("END.example.net"), ttl: 1)
            .Record(5, Wire.Labels("mid.example.net"))
            .A("end.example.net", "192.0.2.1")
            .A("other.example.net", "192.0.2.99")
            .Record("end.example.net", 1, [192, 0, 2, 98], section: 8)
            .Record("end.example.net", 1, [192, 0, 2, 97], section: 10));

        Assert.Equal([Name("www.example.com")], book.NamesOf(One));
        Assert.Empty(book.NamesOf(IPAddress.Parse("192.0.2.99")));
        Assert.Empty(book.NamesOf(IPAddress.Parse("192.0.2.98")));
        Assert.Empty(book.NamesOf(IPAddress.Parse("192.0.2.97")));
        Assert.Empty(book.AddressesOf(Name("end.example.net"))); // nobody asked for it
    }

    [Fact]
    public void Nothing_is_learned_from_what_is_no_answer()
    {
        var asked = Wire.Question("a.example").ToArray();
        Assert.Equal(0, Learned(asked, Wire.Answer(asked, rcode: 3).A("192.0.2.1")).Count);
        Assert.Equal(0, Learned(asked, Wire.Answer(asked).Record(28, new byte[16])).Count); // not what was asked
        Assert.Equal(0, Learned(asked, Wire.Answer(asked).Record(5, Wire.Labels("a.example")).Record(5, [0xc0, 12])).Count); // a circle
        var services = Wire.Question("a.example", 65).ToArray();
        Assert.Equal(0, Learned(services, Wire.Answer(services).Record(65, Wire.Service(1, ".", Wire.Parameter(4, 192, 0, 2, 1)))).Count);
    }

    private static DnsName Name(string text) => DnsName.TryParse(text, out var name) ? name : throw new ArgumentException(text);

    private AddressBook Learned(byte[] asked, Wire answer)
    {
        var book = new AddressBook(_time);
        DnsQuestion.TryParse(asked, out var question);
        AnswerAddresses.Learn(answer.ToArray(), asked.AsSpan(12, question.NameLength), question, book);
        return book;
    }
}

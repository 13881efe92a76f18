using System.Text;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Sidecar.Dns;
using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>
/// DNS messages. The first byte says whether the rest is a question or an answer to a fixed one. What is taken for a question holds nothing
/// else; of an answer, what is stripped is gone, everything else is told the same as before, and stripping again finds nothing.
/// </summary>
internal sealed class DnsTarget : FuzzTarget
{
    private static readonly byte[] Asked = Question("www.example.com", DnsType.HTTPS);

    public override string Name => "dns";

    public override string Subject => "DnsQuestion, DnsAnswer, AnswerText, ServiceStripper, AnswerAddresses: DNS messages";

    public override IEnumerable<string> Dictionary => ["\u0003www\u0007example\u0003com\0", "\0\u0001\0\u0001", "\0\u0041\0\u0001", "\u0002h3", "\u0002h2", "\0\u0005\0\u0003"];

    // Its text is bounded by itself, and the buffers that hold it double.
    public override long AllocationLimit(int length) => (8 << 20) + (64L * length);

    public override IEnumerable<byte[]> Seeds()
    {
        yield return [0, .. Question("www.example.com", DnsType.A)];
        yield return [0, .. Question("a.b", DnsType.AAAA, additionals: 1), 0, 0, 41, 4, 208, 0, 0, 128, 0, 0, 6, 0, 10, 0, 2, 1, 2];
        byte[] address = [0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 192, 0, 2, 7];
        byte[] alias = [0xc0, 12, 0, 5, 0, 1, 0, 0, 1, 44, 0, 4, 1, (byte)'a', 0xc0, 16];
        byte[] service = [0xc0, 12, 0, 65, 0, 1, 0, 0, 1, 44, 0, 30, 0, 1, 0, 0, 0, 0, 4, 0, 1, 0, 5, 0, 1, 0, 6, 2, (byte)'h', (byte)'3', 2, (byte)'h', (byte)'2', 0, 5, 0, 3, 1, 2, 3];
        byte[] text = [0xc0, 12, 0, 16, 0, 1, 0, 0, 1, 44, 0, 4, 3, (byte)'a', 0, 255];
        byte[] start = [0xc0, 12, 0, 6, 0, 1, 0, 0, 1, 44, 0, 24, 0xc0, 12, 0xc0, 16, .. new byte[20]];
        yield return Answer(address);
        yield return Answer(alias, address);
        yield return Answer(service, address);
        yield return Answer(text, start, service);
        yield return Answer();
    }

    public override void Run(byte[] input, Measure measure)
    {
        if (input.Length == 0)
            return;
        var message = input[1..];
        if ((input[0] & 1) == 0)
            RunQuestion(message, measure);
        else
            RunAnswer(message, measure);
    }

    private static void RunQuestion(byte[] message, Measure measure)
    {
        measure.Begin();
        var fault = DnsQuestion.TryParse(message, out var question);
        measure.End();
        if (fault != QuestionFault.None)
            return;
        // header, name, type and class, and an OPT record or nothing
        var rest = message.Length - question.End;
        if (question.NameLength is < 1 or > DnsLimits.Name || rest != (question.HasEdns ? 11 + question.Options.Length : 0))
            throw new OracleException("a question holds nothing else", $"{rest} bytes");
        if (question.Name.Text.Length > 0 && question.Name.Labels > 127)
            throw new OracleException("a name has 127 labels at most", question.Name.Text);
        foreach (var rcode in new[] { DnsRcode.Refused, DnsRcode.ServFail })
        {
            if (DnsAnswer.Check(OwnAnswer.Write(message, question, rcode, isBlocked: true), question.Header.Id, message, question) != AnswerFit.Whole)
                throw new OracleException("our answer answers", $"{rcode}");
        }
    }

    private static void RunAnswer(byte[] message, Measure measure)
    {
        DnsQuestion.TryParse(Asked, out var question);
        measure.Begin();
        var fit = DnsAnswer.Check(message, 0, Asked, question);
        var before = Shown(message);
        measure.End();
        if (fit != AnswerFit.Whole)
        {
            // nothing is asked of it but that it can be looked at
            ServiceStripper.Strip(message, out _);
            return;
        }

        measure.Begin();
        var taken = ServiceStripper.Strip(message, out var stripped);
        measure.End();
        if (taken > 0 != stripped is not null)
            throw new OracleException("what was taken is gone", $"{taken}");
        if (stripped is { Length: <= DnsLimits.Message })
        {
            if (DnsAnswer.Check(stripped, 0, Asked, question) != AnswerFit.Whole)
                throw new OracleException("what is left is an answer", Convert.ToHexString(stripped));
            if (ServiceStripper.Strip(stripped, out _) != 0)
                throw new OracleException("nothing is left to take", Convert.ToHexString(stripped));
            CheckOthers(before, Shown(stripped));
        }

        var book = new AddressBook(TimeProvider.System);
        var asked = Question("www.example.com", DnsType.A);
        DnsQuestion.TryParse(asked, out var forAddress);
        AnswerAddresses.Learn(message, asked.AsSpan(12, forAddress.NameLength), forAddress, book);
        if (book.Count > 17 * 64)
            throw new OracleException("the book is bounded", $"{book.Count}");
    }

    /// <summary>Records that are not about services are told in the same words.</summary>
    private static void CheckOthers(string? before, string? after)
    {
        if (before is null || after is null)
            return;
        var (one, other) = (Others(before), Others(after));
        if (one != other)
            throw new OracleException("everything else is the same", $"{one}\nafter:\n{other}");
    }

    private static string Others(string text) => string.Join('\n', text.Split('\n').Where(line =>
        !line.Contains(" HTTPS ", StringComparison.Ordinal) && !line.Contains(" SVCB ", StringComparison.Ordinal) && !line.StartsWith(";; a", StringComparison.Ordinal)));

    private static string? Shown(byte[] message)
    {
        var text = new DnsTextWriter();
        AnswerText.Write(message, Asked.AsSpan(12, 17), text);
        if (text.Text.Length > DnsLimits.Text || text.Text.ContainsAnyExceptInRange((byte)' ', (byte)'~') && text.Text.ContainsAnyInRange((byte)127, (byte)255))
            throw new OracleException("text is bounded and printable", $"{text.Text.Length}");
        return text.IsCut ? null : Encoding.ASCII.GetString(text.Text);
    }

    private static byte[] Question(string name, ushort type, byte additionals = 0) =>
    [
        0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, additionals,
        .. name.Split('.').SelectMany(label => new[] { (byte)label.Length }.Concat(Encoding.ASCII.GetBytes(label))), 0, (byte)(type >> 8), (byte)type, 0, 1,
    ];

    private static byte[] Answer(params byte[][] records)
    {
        byte[] message = [.. Asked, .. records.SelectMany(record => record)];
        message[2] = 0x81;
        message[7] = (byte)records.Length;
        return [1, .. message];
    }
}

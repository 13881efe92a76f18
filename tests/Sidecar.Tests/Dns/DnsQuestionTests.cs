using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Sidecar.Tests.Dns;

/// <summary>What is a question, and what is not taken for one.</summary>
public sealed class DnsQuestionTests
{
    [Fact]
    public void Question_is_read()
    {
        var message = Wire.Question("Api.Example.com", 28).Edns(4096, [0, 10, 0, 1, 7]).ToArray();

        Assert.Equal(QuestionFault.None, DnsQuestion.TryParse(message, out var question));
        Assert.Equal(("api.example.com", 28, 4096, true), (question.Name.Text, question.Type, question.UdpSize, question.HasEdns));
        Assert.Equal([0, 10, 0, 1, 7], message.AsSpan(question.Options.At, question.Options.Length).ToArray());
    }

    [Fact]
    public void Anything_beside_a_question_is_refused()
    {
        Assert.Equal(QuestionFault.NoQuestion, Parse(new byte[11]));
        Assert.Equal(QuestionFault.NoQuestion, Parse(Wire.Question("a.b", flags: 0x8000).ToArray()));
        Assert.Equal(QuestionFault.Unsupported, Parse(Wire.Question("a.b", flags: 5 << 11).ToArray())); // UPDATE
        Assert.Equal(QuestionFault.Unsupported, Parse(Wire.Question("a.b", 252).ToArray())); // AXFR
        Assert.Equal(QuestionFault.Malformed, Parse(new byte[12]));
        Assert.Equal(QuestionFault.Malformed, Parse(Wire.Question("a.b").Name("c.d").Word(1).Word(1).Count(4).ToArray()));
        Assert.Equal(QuestionFault.Malformed, Parse(Wire.Question("a.b").A("1.2.3.4").ToArray()));
        Assert.Equal(QuestionFault.Malformed, Parse(Wire.Question("a.b").Record("x", 16, [1, 65], section: 10).ToArray()));
        Assert.Equal(QuestionFault.Malformed, Parse(Wire.Question("a.b").Edns().Edns().ToArray()));
        Assert.Equal(QuestionFault.Malformed, Parse([.. Wire.Question("a.b").ToArray(), 0]));
        Assert.Equal(QuestionFault.Malformed, Parse(Wire.Question("a.b").Edns(options: new byte[5000]).ToArray()));
        Assert.Equal(QuestionFault.Malformed, Parse([.. Wire.Question("a.b").ToArray()[..12], 0xc0, 12, 0, 1, 0, 1]));
    }

    [Fact]
    public void Question_that_is_cut_anywhere_is_none()
    {
        var message = Wire.Question("a.example.com").Edns(1232, [0, 3, 0, 0]).ToArray();

        for (var length = 0; length < message.Length; length++)
            Assert.NotEqual(QuestionFault.None, Parse(message[..length]));
        Assert.Equal(QuestionFault.None, Parse(message));
    }

    [Fact]
    public void Answer_must_fit_its_question()
    {
        var asked = Wire.Question("A.example.com").ToArray();
        DnsQuestion.TryParse(asked, out var question);
        var answer = Wire.Answer(asked).A("1.2.3.4").ToArray();

        Assert.Equal(AnswerFit.Whole, Fit(answer));
        Assert.Equal(AnswerFit.Whole, Fit(Wire.Answer(Wire.Question("a.EXAMPLE.com").ToArray()).A("1.2.3.4").ToArray()));
        Assert.Equal(AnswerFit.Truncated, Fit(Wire.Answer(asked, flags: 0x8380).ToArray()));
        Assert.Equal(AnswerFit.Other, Fit(Wire.Answer(Wire.Question("b.example.com").ToArray()).A("1.2.3.4").ToArray()));
        Assert.Equal(AnswerFit.Other, Fit(Wire.Answer(Wire.Question("a.example.com", 28).ToArray()).ToArray()));
        Assert.Equal(AnswerFit.Other, Fit(Wire.Answer(Wire.Question("a.example.com", id: 1).ToArray()).ToArray()));
        Assert.Equal(AnswerFit.Other, Fit(asked));
        Assert.Equal(AnswerFit.Other, Fit([.. answer, 0]));
        Assert.Equal(AnswerFit.Other, Fit(new byte[12]));
        for (var length = 0; length < answer.Length; length++)
            Assert.Equal(AnswerFit.Other, Fit(answer[..length]));

        // a server that made nothing of it may leave the question out, but then it says nothing
        Assert.Equal(AnswerFit.Whole, Fit([0x12, 0x34, 0x81, 0x81, .. new byte[8]]));
        Assert.Equal(AnswerFit.Other, Fit([0x12, 0x34, 0x81, 0x80, .. new byte[8]]));

        AnswerFit Fit(byte[] message) => DnsAnswer.Check(message, 0x1234, asked, question);
    }

    private static QuestionFault Parse(byte[] message) => DnsQuestion.TryParse(message, out _);
}

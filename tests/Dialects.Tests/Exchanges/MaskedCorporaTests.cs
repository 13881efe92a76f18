using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using K8sRecorder.Dialects.Exchanges;
using K8sRecorder.Masking;
using K8sRecorder.Masking.Tests;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Corpora;

namespace K8sRecorder.Dialects.Tests.Exchanges;

/// <summary>Streams of Bedrock's as they stand in a recording: masked, their lengths and checksums those of the wire.</summary>
public sealed partial class MaskedCorporaTests
{
    private static readonly MaskingEngine Masking = MaskingEngine.Create(new MaskingOptions());

    public static TheoryData<string> Kinds => [.. AwsEventStreams.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Text_around_a_secret_is_read_however_it_was_split(string kind)
    {
        var key = "ghp_" + Sample.Of(Sample.Alphanumeric, 36);
        // where two secrets meet in one message in base64, what stands between them may be lost
        string[] two = kind.StartsWith("invoke", StringComparison.Ordinal) ? [] : [$"{key} in {key}", $"{key} {key}."];
        foreach (var text in (string[])[.. two, $"Take this: {key} and go on.", key, $"a \"quoted\"\ttext {key} and\n\"next\" \\ line"])
        {
            for (var size = 1; size <= text.Length; size += 1 + (size / 8))
                Check(kind, text, AwsEventStreams.Spell(kind, text, size).Bytes, $"{size} of {text}");
        }
    }

    [CorporaFact]
    public void Recorded_streams_masked_anywhere_are_read_to_their_end()
    {
        var (streams, masked) = (0, 0);
        foreach (var exchange in RecordedExchange.All().Where(e => e.Api.StartsWith("bedrock.", StringComparison.Ordinal) && e.ResponseBody is [0, ..]))
        {
            var clear = Read(exchange.Target, exchange.ResponseBody, false);
            var text = TextOf(clear);
            streams++;
            // a word of the reply is the secret, so that it lies over pieces as the model spelt it
            foreach (var word in Words().Matches(text).Select(match => match.Value).Distinct().Take(5))
            {
                var engine = MaskingEngine.Create(new MaskingOptions { Include = [], Rules = [new MaskingRule("word", Regex.Escape(word), 100)] });
                var (bytes, spans) = Masked(engine, exchange.ResponseBody);
                if (spans == 0)
                    continue;
                masked++;
                var sut = Read(exchange.Target, bytes, true);
                var expected = text.Replace(word, "[MASKED:word]", StringComparison.Ordinal);
                Assert.False(sut.IsPartial, $"{exchange}: {word}");
                AssertNear(expected, TextOf(sut), 2 * expected.Split("[MASKED:word]").Length, $"{exchange}: {word}");
            }
        }

        Assert.True(streams > 5 && masked > 20, $"{streams} streams, {masked} masked");
    }

    [Fact]
    public void Stream_that_was_not_masked_is_held_to_its_checksums()
    {
        var stream = AwsEventStreams.Spell("text", "nothing to hide", 3).Bytes;
        Assert.False(Read("/model/m/converse-stream", stream, false).IsPartial);
        stream[stream.Length / 2] ^= 1;
        Assert.True(Read("/model/m/converse-stream", stream, false).IsPartial);
    }

    [Fact]
    public void Mangled_stream_is_read_without_a_fault()
    {
        var random = new Random(4711);
        foreach (var kind in AwsEventStreams.Kinds)
        {
            var (bytes, _) = Masked(Masking, AwsEventStreams.Spell(kind, $"It is ghp_{Sample.Of(Sample.Alphanumeric, 36)} and {Sample.Jwt()}!", 3).Bytes);
            for (var round = 0; round < 20; round++)
            {
                var mangled = (byte[])bytes.Clone();
                for (var i = 0; i < 3; i++)
                    mangled[random.Next(mangled.Length)] = (byte)random.Next(256);
                _ = Read("/model/m/invoke-with-response-stream", mangled[..random.Next(mangled.Length + 1)], true);
            }
        }
    }

    private static void Check(string kind, string text, byte[] clear, string what)
    {
        var (bytes, spans) = Masked(Masking, clear);
        if (spans == 0)
            return; // too long to be waited for
        var target = kind.StartsWith("invoke", StringComparison.Ordinal) ? "/model/m/invoke-with-response-stream" : "/model/m/converse-stream";
        var sut = Read(target, bytes, true);
        var masked = new ArrayBufferWriter<byte>();
        Masking.Mask(MaskingShape.Text, Encoding.UTF8.GetBytes(text), masked, []);
        var expected = Encoding.UTF8.GetString(masked.WrittenSpan);
        var isInner = kind.StartsWith("invoke", StringComparison.Ordinal);
        AssertNear(expected, TextOf(sut), isInner ? 2 * expected.Split("[MASKED:").Length : 0, what);
        Assert.DoesNotContain("ghp_", TextOf(sut), StringComparison.Ordinal);
        Assert.False(isInner ? false : sut.IsPartial && read(clear), what);

        bool read(byte[] stream) => !Read(target, stream, false).IsPartial;
    }

    /// <summary>Of base64 up to two characters are gone on either side of a marker, and as many where its text went on in another message.</summary>
    private static void AssertNear(string expected, string said, int missing, string what)
    {
        if (missing == 0)
        {
            Assert.True(expected == said, $"{what}\n'{expected}'\n'{said}'");
            return;
        }

        var at = 0;
        foreach (var character in said)
        {
            while (at < expected.Length && expected[at] != character)
                (at, missing) = (at + 1, missing - 1);
            at++;
        }

        Assert.True(missing - (expected.Length - at) >= 0 && at <= expected.Length, $"{what}\n'{expected}'\n'{said}'");
    }

    private static string TextOf(ModelExchange exchange) => string.Concat(exchange.Choices.SelectMany(choice => choice.Parts).Select(part => part.Text));

    private static (byte[] Bytes, int Spans) Masked(MaskingEngine engine, byte[] clear)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var spans = new List<MaskedSpan>();
        engine.Mask(MaskingShape.AwsEventStream, clear, bytes, spans);
        return (bytes.WrittenSpan.ToArray(), spans.Count);
    }

    private static ModelExchange Read(string target, byte[] body, bool isMasked) =>
        ModelExchange.Read(new() { Target = target, RequestBody = "{\"messages\":[]}"u8.ToArray(), Status = 200, ResponseBody = body, ResponseIsMasked = isMasked });

    [GeneratedRegex("[A-Za-z][A-Za-z ,']{6,30}[A-Za-z]")]
    private static partial Regex Words();
}

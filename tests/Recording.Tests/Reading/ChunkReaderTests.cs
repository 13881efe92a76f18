using System.IO.Compression;
using System.Text;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Tests.Verify;
using K8sRecorder.Testing;

namespace K8sRecorder.Recording.Tests.Reading;

public sealed class ChunkReaderTests
{
    private const string Digest = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private const string Header = "{\"format\":\"k8srecorder/1\",\"session\":\"01jd0000000000000000000000\",\"firstSeq\":0,\"previous\":\"\"}";
    private const string At = "\"at\":\"2026-11-21T10:00:00.123Z\"";

    private static byte[] Example => File.ReadAllBytes(Directory.GetFiles(
        RepositoryRoot.File("tests/Recording.Tests/Vectors/tiny/sessions"), "41f9*", SearchOption.AllDirectories).Single());

    [Fact]
    public void Example_is_taken_apart_without_findings()
    {
        var chunk = ChunkReader.Read(Example);

        Assert.Empty(chunk.Findings);
        Assert.Equal((4, 4, 4, 1, 1), (chunk.Records.Count, chunk.Contents.Count, chunk.Definitions.Count, chunk.Heads.Count, chunk.Masked.Count));
        Assert.Equal("http.response", chunk.Kind(chunk.Records[2]));
        Assert.Equal(new MaskedPlace(1, 49, 16, 1), chunk.Masked[0]);
    }

    [Fact]
    public void Every_truncation_is_a_finding()
    {
        var stored = Example;
        for (var length = 0; length < stored.Length; length++)
            Assert.NotEmpty(ChunkReader.Read(stored.AsMemory(0, length)).Findings);
    }

    [Fact]
    public void Every_truncation_of_the_plain_bytes_is_a_finding()
    {
        var plain = Plain(Example);
        for (var length = 0; length < plain.Length; length++)
            Assert.NotEmpty(ChunkReader.Read(Pack(plain.AsSpan(0, length))).Findings);
    }

    [Fact]
    public void Any_damage_of_the_plain_bytes_never_throws()
    {
        var plain = Plain(Example);
        var random = new Random(1);
        for (var round = 0; round < 3000; round++)
        {
            var damaged = plain.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            var chunk = ChunkReader.Read(Pack(damaged));
            foreach (var definition in chunk.Definitions)
                Assert.InRange(definition.Record, 0, chunk.Records.Count - 1);
            foreach (var content in chunk.Contents)
                chunk.Decode(content, new byte[content.Length]);
        }
    }

    [Fact]
    public void Lines_in_any_order_never_throw()
    {
        var lines = Encoding.UTF8.GetString(Plain(Example)).Split('\n')[..^1];
        var random = new Random(2);
        for (var round = 0; round < 500; round++)
            ChunkReader.Read(Surgery.Pack(lines.OrderBy(_ => random.Next()).Take(random.Next(lines.Length + 1))));
    }

    [Fact]
    public void Noise_is_a_finding()
    {
        var random = new Random(3);
        for (var round = 0; round < 1000; round++)
        {
            var noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            if (noise.Length > 2 && round % 2 == 0)
                (noise[0], noise[1], noise[2]) = (0x1f, 0x8b, 8);
            Assert.NotEmpty(ChunkReader.Read(noise).Findings);
        }
    }

    [Fact]
    public void Bomb_is_too_large_and_costs_no_more_than_the_bound()
    {
        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.Fastest, leaveOpen: true))
            for (var i = 0; i < 300; i++)
                gzip.Write(new byte[1 << 20]);

        var chunk = ChunkReader.Read(bomb.ToArray());

        Assert.Equal(FindingCode.TooLarge, Assert.Single(chunk.Findings).Code);
    }

    [Fact]
    public void Line_beyond_its_bound_is_too_large()
    {
        var chunk = Read("{\"part\":0,\"text\":\"" + new string('x', ReadLimits.LineBytes) + "\"}");

        Assert.Contains(chunk.Findings, f => f.Code == FindingCode.TooLarge);
        Assert.Empty(chunk.Contents);
    }

    [Fact]
    public void Deep_record_is_a_finding()
    {
        var chunk = Read($"{{\"seq\":0,{At},\"kind\":\"x\",\"a\":{new string('[', 1000)}{new string(']', 1000)}}}");

        Assert.Contains(chunk.Findings, f => f.Code == FindingCode.RecordSyntax);
        Assert.Single(chunk.Records);
    }

    [Theory]
    [InlineData("{\"seq\":0," + At + ",\"kind\":\"x\",\"ch\":3}")]
    [InlineData("{\"seq\":0," + At + ",\"kind\":\"x\",\"new\":{\"a\":[1.5e3,null,true,\"ü\\u001f\\n\"]}}")]
    [InlineData("{\"seq\":0," + At + ",\"kind\":\"x\",\"head\":[[0,1,\"" + Digest + "\"],0,\"0-1\"]}")]
    public void Record_in_canonical_form_is_taken(string line) =>
        Assert.DoesNotContain(Read(line).Findings, f => f.Code == FindingCode.RecordSyntax);

    [Theory]
    [InlineData("{\"seq\":0, " + At + ",\"kind\":\"x\"}")]
    [InlineData("{\"seq\":0," + At + ",\"kind\":\"x\"} ")]
    [InlineData("{\"seq\":0," + At + ",\"kind\":\"x\"}{}")]
    [InlineData("{\"seq\":-1," + At + ",\"kind\":\"x\"}")]
    [InlineData("{\"seq\":0.5," + At + ",\"kind\":\"x\"}")]
    [InlineData("{\"seq\":0,\"at\":\"2026-11-21T10:00:00Z\",\"kind\":\"x\"}")]
    [InlineData("{\"seq\":0,\"at\":\"2026-02-30T10:00:00.000Z\",\"kind\":\"x\"}")]
    [InlineData("{\"seq\":0,\"kind\":\"x\"," + At + "}")]
    [InlineData("{\"seq\":0," + At + ",\"kind\":\"\"}")]
    [InlineData("{\"seq\":0," + At + "}")]
    [InlineData("{\"seq\":0," + At + ",\"kind\":\"x\",\"ch\":\"1\"}")]
    [InlineData("{\"seq\":0," + At + ",\"kind\":\"x\",\"kind\":\"y\"}")]
    [InlineData("{\"seq\":0," + At + ",\"kind\":\"x\",\"a\":{\"b\":1,\"b\":2}}")]
    [InlineData("{\"seq\":0," + At + ",\"kind\":\"x\",\"a\":\"\\u0041\"}")]
    [InlineData("{\"seq\":0," + At + ",\"kind\":\"x\",\"a\":\"\\/\"}")]
    [InlineData("{\"seq\":0," + At + ",\"kind\":\"x\",\"head\":[[0,1]]}")]
    [InlineData("{\"seq\":0," + At + ",\"kind\":\"x\",\"head\":[\"5-4\"]}")]
    [InlineData("{\"seq\":0," + At + ",\"kind\":\"x\",\"head\":[[0,-1,\"" + Digest + "\"]]}")]
    [InlineData("{\"seq\":0," + At + ",\"kind\":\"x\",\"body\":{\"parts\":[{}]}}")]
    [InlineData("{\"seq\":0," + At + ",\"kind\":\"x\",\"masked\":[{\"part\":1,\"len\":1,\"at\":0}]}")]
    [InlineData("{\"seq\":0}")]
    [InlineData("{\"seq\":")]
    public void Record_in_another_form_is_a_finding_and_still_a_leaf(string line)
    {
        var chunk = Read(line);

        Assert.Contains(chunk.Findings, f => f.Code == FindingCode.RecordSyntax);
        Assert.Single(chunk.Records);
    }

    [Theory]
    [InlineData("{\"part\":0,\"text\":\"a\"}", "a")]
    [InlineData("{\"part\":0,\"text\":\"\"}", "")]
    [InlineData("{\"part\":0,\"text\":\"\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\"}", "\"\\\b\f\n\r\t\0\u001f")]
    [InlineData("{\"part\":0,\"base64\":\"aGk=\"}", "hi")]
    public void Content_is_decoded(string line, string text)
    {
        var chunk = Read(line);
        var buffer = new byte[100];

        Assert.Equal(text, Encoding.UTF8.GetString(buffer, 0, chunk.Decode(chunk.Contents[0], buffer)));
    }

    [Theory]
    [InlineData("{\"part\":0,\"text\":\"a\",\"text\":\"b\"}")]
    [InlineData("{\"part\":0,\"text\":\"\\x\"}")]
    [InlineData("{\"part\":0,\"text\":\"\\u0041\"}")]
    [InlineData("{\"part\":0,\"text\":\"\\\"}")]
    [InlineData("{\"part\":0,\"base64\":\"aGk\"}")]
    [InlineData("{\"part\":0,\"base64\":\"aG k=\"}")]
    [InlineData("{\"part\":0,\"base64\":\"aGl=\"}")]
    public void Content_in_another_form_is_not_decoded(string line)
    {
        var chunk = Read(line);

        Assert.Equal(-1, chunk.Decode(chunk.Contents[0], new byte[100]));
    }

    [Theory]
    [InlineData("{\"part\":00,\"text\":\"a\"}")]
    [InlineData("{\"part\":-1,\"text\":\"a\"}")]
    [InlineData("{\"part\":99999999999999999999,\"text\":\"a\"}")]
    [InlineData("{\"part\":1,\"text\":\"}")]
    [InlineData("{\"part\":1,\"words\":\"a\"}")]
    [InlineData("{\"part\":")]
    [InlineData("hello")]
    [InlineData("")]
    [InlineData("{\"head\":{},\"signature\":\"\"}")]
    public void Line_of_no_form_is_a_finding(string line) =>
        Assert.Contains(Read(line).Findings, f => f.Code == FindingCode.LineSyntax);

    private static ParsedChunk Read(string line) => ChunkReader.Read(Surgery.Pack([Header, line]));

    private static byte[] Plain(byte[] stored)
    {
        using var gzip = new GZipStream(new MemoryStream(stored), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    private static byte[] Pack(ReadOnlySpan<byte> plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(plain);
        return packed.ToArray();
    }
}

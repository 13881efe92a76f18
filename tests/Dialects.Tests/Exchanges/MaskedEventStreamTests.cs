using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using K8sRecorder.Dialects.Exchanges;

namespace K8sRecorder.Dialects.Tests.Exchanges;

/// <summary>Bedrock's event streams as they are recorded: masks change what lengths and checksums speak of, and what stands behind them is read all the same.</summary>
public sealed class MaskedEventStreamTests
{
    private static readonly string[] Texts = ["I take ", "a secret that is much longer than its mask, as keys are", " and ", "pw", " go on."];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(1, 2, 3)]
    [InlineData(0, 4)]
    [InlineData(0, 1, 2, 3, 4)]
    public void Masked_answer_is_read_to_its_end(params int[] masked)
    {
        var expected = string.Concat(Texts.Select((text, i) => masked.Contains(i) ? "[MASKED:password]" : text));
        var converse = Texts.SelectMany((text, i) => Altered("contentBlockDelta", $$$"""{"contentBlockIndex":0,"delta":{"text":"{{{text}}}"}}""", text, masked.Contains(i)))
            .Concat(Message("messageStop", """{"stopReason":"end_turn"}"""));
        var invoke = Texts.SelectMany((text, i) => Delta(text, masked.Contains(i))).Concat(Chunk("""{"type":"message_stop"}"""));

        Assert.Equal((expected, false), Read("/model/m/converse-stream", [.. converse]));
        Assert.Equal((expected, false), Read("/model/m/invoke-with-response-stream", [.. Chunk("""{"type":"content_block_start","index":10,"content_block":{"type":"text","text":""}}"""), .. invoke]));
    }

    [Fact]
    public void Stream_that_is_cut_is_not_whole()
    {
        byte[] masked = [.. Altered("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":"secret"}}""", "secret", true)];
        byte[] whole = [.. masked, .. Message("messageStop", """{"stopReason":"end_turn"}""")];
        for (var length = 1; length < whole.Length; length++)
        {
            if (length != masked.Length)
                Assert.True(Read("/model/m/converse-stream", whole[..length]).IsPartial, $"{length}");
        }
    }

    /// <summary>Each of a hundred thousand beginnings claims sixteen megabytes.</summary>
    [Fact]
    public void Lengths_that_lie_are_read_in_time()
    {
        var lie = Message("x", "{}")[..12];
        BinaryPrimitives.WriteUInt32BigEndian(lie, 16 << 20);
        BinaryPrimitives.WriteUInt32BigEndian(lie.AsSpan(8), Crc32.HashToUInt32(lie.AsSpan(0, 8)));

        Assert.True(Read("/model/m/converse-stream", [.. Enumerable.Repeat(lie, 100_000).SelectMany(bytes => bytes)]).IsPartial);
    }

    private static (string Text, bool IsPartial) Read(string target, byte[] body)
    {
        var read = ModelExchange.Read(new ModelCallBytes
        {
            Target = target,
            RequestBody = """{"messages":[{"role":"user","content":[{"text":"x"}]}]}"""u8.ToArray(),
            Status = 200,
            ResponseBody = body,
            ResponseIsMasked = true,
        });
        return (string.Concat(read.Choices.Select(choice => choice.Text)), read.IsPartial);
    }

    private static byte[] Delta(string text, bool isMasked)
    {
        const string Before = "{\"type\":\"content_block_delta\",\"index\":10,\"delta\":{\"type\":\"text_delta\",\"text\":\"", After = "\"}}"; // whole groups of three
        var plain = InBase64(Before + text + After);
        return isMasked ? Altered("chunk", $$"""{"bytes":"{{plain}}"}""", plain, true, $"{InBase64(Before)}[MASKED:password]{InBase64(After)}") : Chunk(Before + text + After);
    }

    private static byte[] Chunk(string json) => Message("chunk", $$"""{"bytes":"{{InBase64(json)}}"}""");

    private static string InBase64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static byte[] Altered(string type, string json, string secret, bool isMasked, string mask = "[MASKED:password]")
    {
        var message = Message(type, json);
        if (!isMasked)
            return message;
        var at = message.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret));
        return [.. message.AsSpan(0, at), .. Encoding.UTF8.GetBytes(mask), .. message.AsSpan(at + secret.Length)];
    }

    private static byte[] Message(string type, string json)
    {
        byte[] headers = [11, .. ":event-type"u8, 7, 0, (byte)type.Length, .. Encoding.UTF8.GetBytes(type)];
        var bytes = new byte[16 + headers.Length + json.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)bytes.Length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), (uint)headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), Crc32.HashToUInt32(bytes.AsSpan(0, 8)));
        headers.CopyTo(bytes, 12);
        Encoding.UTF8.GetBytes(json).CopyTo(bytes, 12 + headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(bytes.Length - 4), Crc32.HashToUInt32(bytes.AsSpan(0, bytes.Length - 4)));
        return bytes;
    }
}

using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace K8sRecorder.Dialects.Tests;

public sealed class AwsEventStreamParserTests
{
    private static readonly byte[] TwoMessages =
        [.. Message([.. Text(":event-type", "chunk"), .. Header("n", 4, [0, 0, 1, 0])], "payload"u8), .. Message([], [])];

    /// <summary>The vector that the AWS SDKs test with: no headers, no payload.</summary>
    [Fact]
    public void Empty_message_of_the_sdk_vectors_is_read()
    {
        var messages = Parse(Convert.FromHexString("000000100000000005C248EB7D98C8FF"), 16, out var sut);
        Assert.False(sut.IsInvalid);
        Assert.Empty(Assert.Single(messages).Headers);
    }

    [Fact]
    public void Messages_split_anywhere_are_the_same()
    {
        var whole = Parse(TwoMessages, TwoMessages.Length, out _);
        Assert.Equal("chunk", whole[0].Header(":event-type"));
        Assert.Equal("256", whole[0].Header("n"));
        Assert.Null(whole[0].Header("absent"));
        Assert.Equal("payload"u8.ToArray(), whole[0].Payload.ToArray());
        Assert.Equal(whole[0].End, whole[1].Start);
        Assert.Equal(TwoMessages.Length, whole[1].End);
        for (var size = 1; size < TwoMessages.Length; size++)
        {
            var parts = Parse(TwoMessages, size, out var sut);
            Assert.Equal(whole.Select(Show), parts.Select(Show));
            Assert.False(sut.HasUnfinishedMessage);
        }
    }

    [Fact]
    public void Header_of_each_type_has_its_text()
    {
        var id = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");
        byte[] headers =
        [
            .. Header("a", 0, []), .. Header("b", 1, []), .. Header("c", 2, [0xFF]), .. Header("d", 3, [0xFF, 0xFE]),
            .. Header("e", 5, [0, 0, 0, 0, 0, 0, 0, 9]), .. Header("f", 6, [0, 2, 1, 2]), .. Header("g", 8, [0, 0, 0, 0, 0, 0, 1, 0]),
            .. Header("h", 9, id.ToByteArray(bigEndian: true)),
        ];
        var bytes = Message(headers, []);
        var message = Assert.Single(Parse(bytes, bytes.Length, out _));
        Assert.Equal(["true", "false", "-1", "-2", "9", "AQI=", "256", id.ToString()], message.Headers.Select(h => h.Value));
    }

    [Fact]
    public void Any_flipped_bit_makes_the_stream_invalid_or_unfinished()
    {
        for (var bit = 0; bit < TwoMessages.Length * 8; bit++)
        {
            var bytes = (byte[])TwoMessages.Clone();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var messages = Parse(bytes, bytes.Length, out var sut);
            Assert.True(sut.IsInvalid, $"bit {bit}");
            Assert.True(messages.Count < 2);
        }
    }

    [Fact]
    public void Cut_message_is_unfinished()
    {
        for (var length = 1; length < TwoMessages.Length; length++)
        {
            var messages = Parse(TwoMessages[..length], length, out var sut);
            Assert.False(sut.IsInvalid);
            Assert.Equal(length < TwoMessages.Length - 16 ? 0 : 1, messages.Count);
            Assert.Equal(length != TwoMessages.Length - 16, sut.HasUnfinishedMessage);
        }
    }

    [Theory]
    [InlineData(15u, 0u)]
    [InlineData(64u, 49u)]
    [InlineData(0x7FFF_FFFFu, 0u)]
    [InlineData(0xFFFF_FFFFu, 0xFFFF_FFFFu)]
    public void Prelude_with_impossible_lengths_is_invalid(uint total, uint headers)
    {
        var bytes = new byte[128];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, total);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), headers);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), Crc32.HashToUInt32(bytes.AsSpan(0, 8)));
        Assert.Empty(Parse(bytes, 128, out var sut));
        Assert.True(sut.IsInvalid);
    }

    [Fact]
    public void Arbitrary_headers_never_throw()
    {
        var random = new Random(4711);
        for (var round = 0; round < 5000; round++)
        {
            var headers = new byte[random.Next(40)];
            for (var i = 0; i < headers.Length; i++)
                headers[i] = (byte)random.Next(12);
            var bytes = Message(headers, []);
            var messages = Parse(bytes, bytes.Length, out var sut);
            Assert.Equal(sut.IsInvalid ? 0 : 1, messages.Count);
        }
    }

    private static byte[] Message(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[16 + headers.Length + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)bytes.Length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), (uint)headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), Crc32.HashToUInt32(bytes.AsSpan(0, 8)));
        headers.CopyTo(bytes.AsSpan(12));
        payload.CopyTo(bytes.AsSpan(12 + headers.Length));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(bytes.Length - 4), Crc32.HashToUInt32(bytes.AsSpan(0, bytes.Length - 4)));
        return bytes;
    }

    private static byte[] Text(string name, string value) =>
        Header(name, 7, [(byte)(value.Length >> 8), (byte)value.Length, .. Encoding.UTF8.GetBytes(value)]);

    private static byte[] Header(string name, byte type, byte[] value) => [(byte)name.Length, .. Encoding.UTF8.GetBytes(name), type, .. value];

    private static List<AwsEventMessage> Parse(byte[] bytes, int size, out AwsEventStreamParser sut)
    {
        sut = new AwsEventStreamParser();
        var messages = new List<AwsEventMessage>();
        for (var at = 0; at < bytes.Length; at += size)
            sut.Push(bytes.AsSpan(at, Math.Min(size, bytes.Length - at)), messages);
        Assert.Equal(bytes.Length, sut.Position);
        return messages;
    }

    private static string Show(AwsEventMessage message) =>
        $"{message.Start}-{message.End} {string.Join(',', message.Headers)} {Convert.ToHexString(message.Payload.Span)}";
}

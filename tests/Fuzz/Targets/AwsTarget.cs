using System.Buffers.Binary;
using System.Text;
using K8sRecorder.Dialects;
using K8sRecorder.Fuzz.Engine;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>
/// AWS event streams. The first byte of an input says whether the rest is a stream as it stands or a list of messages to which the right
/// lengths and checksums are put: behind those, no chance would find its way.
/// </summary>
internal sealed class AwsTarget : FuzzTarget
{
    public override string Name => "aws";

    public override string Subject => "AwsEventStreamParser: application/vnd.amazon.eventstream";

    public override IEnumerable<string> Dictionary =>
        ["\x0b:event-type\x07\0\x05chunk", "\x0d:message-type\x07\0\x05event", "\x0f:exception-type\x07", "\x01a\0", "\x01b\x01", "\x01c\x02\x7f", "\x01d\x04\0\0\0\x01", "\x01e\x08"];

    public override IEnumerable<byte[]> Seeds() =>
    [
        .. Material.Responses.Where(r => r[0] == 0).Select(r => (byte[])[0, .. r]),
        [1, 0, 14, .. "\x0b:event-type\x07\0\x05chunk"u8[..14], 2, 0, .. "{}"u8],
        [1, 4, 0, 1, (byte)'a', 0, 1, (byte)'b', 3, 0, 9, 1, (byte)'c', 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    ];

    public override void Run(byte[] input, Measure measure)
    {
        if (input.Length == 0)
            return;
        var made = new List<(byte[] Headers, byte[] Payload)>();
        var stream = input[0] % 2 == 0 ? input[1..] : Build(input.AsSpan(1), made);
        var whole = new List<AwsEventMessage>();
        var parser = new AwsEventStreamParser();
        measure.Begin();
        parser.Push(stream, whole);
        measure.End();
        var text = Shown(whole, parser);
        var end = 0L;
        foreach (var message in whole)
        {
            if (message.Start != end || message.End > stream.Length)
                throw new OracleException("messages are side by side", text);
            end = message.End;
        }

        if (!parser.IsInvalid && parser.HasUnfinishedMessage != (end < stream.Length))
            throw new OracleException("what is left is unfinished", text);
        for (var i = 0; i < whole.Count && made.Count > 0; i++)
        {
            if (!whole[i].Payload.Span.SequenceEqual(made[i].Payload))
                throw new OracleException("payloads come back", text);
        }

        foreach (var way in Splits.Ways(stream))
        {
            var messages = new List<AwsEventMessage>();
            var split = new AwsEventStreamParser();
            Splits.Feed(stream, way, piece => split.Push(piece.Span, messages));
            if (Shown(messages, split) is var other && other != text)
                throw new OracleException("any split", $"{way}:\n{other}whole:\n{text}");
        }
    }

    /// <summary>Headers' length, headers, payload's length, payload, and so on.</summary>
    private static byte[] Build(ReadOnlySpan<byte> recipe, List<(byte[] Headers, byte[] Payload)> made)
    {
        var stream = new List<byte>();
        while (recipe.Length >= 2)
        {
            var headers = recipe.Slice(1, Math.Min(recipe[0], recipe.Length - 1)).ToArray();
            recipe = recipe[(1 + headers.Length)..];
            var length = recipe.IsEmpty ? 0 : Math.Min(recipe[0], recipe.Length - 1);
            var payload = recipe.IsEmpty ? [] : recipe.Slice(1, length).ToArray();
            recipe = recipe.IsEmpty ? recipe : recipe[(1 + length)..];
            made.Add((headers, payload));
            var message = new byte[16 + headers.Length + payload.Length];
            BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
            BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), headers.Length);
            BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), Checksum(message.AsSpan(0, 8)));
            headers.CopyTo(message, 12);
            payload.CopyTo(message, 12 + headers.Length);
            BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(message.Length - 4), Checksum(message.AsSpan(0, message.Length - 4)));
            stream.AddRange(message);
        }

        return [.. stream, .. recipe];
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes) => System.IO.Hashing.Crc32.HashToUInt32(bytes);

    private static string Shown(List<AwsEventMessage> messages, AwsEventStreamParser parser)
    {
        var text = new StringBuilder();
        foreach (var message in messages)
        {
            text.Append($"{message.Start}-{message.End} ").AppendJoin(';', message.Headers.Select(h => $"{h.Key}={h.Value}"));
            text.Append(' ').Append(Convert.ToHexString(message.Payload.Span)).Append('\n');
        }

        return text.Append($"invalid {parser.IsInvalid}{(parser.IsInvalid ? "" : $" unfinished {parser.HasUnfinishedMessage}")}\n").ToString();
    }
}

using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace K8sRecorder.Masking.Tests;

/// <summary>A stream of Bedrock's that spells a text in deltas, and where in it each character of the text stands.</summary>
internal sealed class AwsEventStreams
{
    public static readonly string[] Kinds = ["text", "tool", "reasoning", "invoke-text", "invoke-json", "invoke-nova"];

    private readonly List<byte> _stream = [];
    private readonly List<(int Start, int End)> _places = [];

    private AwsEventStreams(string kind, string text, Func<int, int> next)
    {
        Add("messageStart", "{\"p\":\"abcdefghijklm\",\"role\":\"assistant\"}", 0, []);
        for (int at = 0, number = 0; at < text.Length; number++)
        {
            var length = Math.Min(next(at), text.Length - at);
            var escaped = text.Substring(at, length).Select(c => JsonSerializer.Serialize(c.ToString())[1..^1]).ToList();
            var (before, after) = Around(kind);
            AddDelta(kind, before, escaped, after + ",\"p\":\"" + Sample.Alphanumeric[..(number * 7 % 62)] + "\"}");
            at += length;
        }

        Add("messageStop", "{\"p\":\"abcd\",\"stopReason\":\"end_turn\"}", 0, []);
    }

    public byte[] Bytes => [.. _stream];

    /// <summary>The stream, its deltas of so many characters.</summary>
    public static AwsEventStreams Spell(string kind, string text, int size) => new(kind, text, _ => size);

    /// <summary>The stream of two deltas.</summary>
    public static AwsEventStreams SplitAt(string kind, string text, int at) => new(kind, text, done => done < at ? at : text.Length);

    /// <summary>The stream without some characters of the text, of base64 whole groups of four, and a marker where they began.</summary>
    public string Without(int start, int end, string marker)
    {
        var text = Encoding.Latin1.GetString(Bytes);
        var rest = new StringBuilder();
        var at = 0;
        foreach (var place in _places[start..end])
        {
            if (place.Start > at)
                rest.Append(text.AsSpan(at, place.Start - at));
            rest.Append(place == _places[start] ? marker : "");
            marker = "";
            at = Math.Max(at, place.End);
        }

        return rest.Append(text.AsSpan(at)).ToString();
    }

    private static (string Before, string After) Around(string kind) => kind switch
    {
        "text" => ("{\"contentBlockIndex\":0,\"delta\":{\"text\":\"", "\"}"),
        "tool" => ("{\"contentBlockIndex\":1,\"delta\":{\"toolUse\":{\"input\":\"", "\"}}"),
        "reasoning" => ("{\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{\"text\":\"", "\"}}"),
        "invoke-text" or "invoke-escaped" => ("{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"", "\"}"),
        "invoke-json" => ("{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"", "\"}"),
        _ => ("{\"contentBlockDelta\":{\"delta\":{\"text\":\"", "\"},\"contentBlockIndex\":0}"),
    };

    private void AddDelta(string kind, string before, List<string> escaped, string after)
    {
        var places = new List<(int Start, int End)>();
        var document = before;
        foreach (var character in escaped)
        {
            places.Add((document.Length, document.Length + character.Length));
            document += character;
        }

        document += after;
        if (!kind.StartsWith("invoke", StringComparison.Ordinal))
        {
            Add("contentBlockDelta", document, 0, places);
            return;
        }

        const string Open = "{\"bytes\":\"";
        var run = Convert.ToBase64String(Encoding.ASCII.GetBytes(document));
        if (kind == "invoke-escaped")
            run = "\\u0065" + run[1..];
        Add("chunk", Open + run + "\"" + after[after.IndexOf(",\"p\"", StringComparison.Ordinal)..], Open.Length, [.. places.Select(p => (p.Start / 3 * 4, (p.End + 2) / 3 * 4))]);
    }

    private void Add(string type, string payload, int offset, List<(int Start, int End)> places)
    {
        byte[] headers = [.. Header(":event-type", type), .. Header(":content-type", "application/json"), .. Header(":message-type", "event")];
        var message = new byte[16 + headers.Length + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), headers.Length);
        Sum(message, 8);
        headers.CopyTo(message, 12);
        Encoding.ASCII.GetBytes(payload, message.AsSpan(12 + headers.Length));
        Sum(message, message.Length - 4);
        var start = _stream.Count + 12 + headers.Length + offset;
        _places.AddRange(places.Select(p => (start + p.Start, start + p.End)));
        _stream.AddRange(message);
    }

    private static byte[] Header(string name, string value) =>
        [(byte)name.Length, .. Encoding.ASCII.GetBytes(name), 7, 0, (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    /// <summary>The CRC-32 of the bytes before a place.</summary>
    private static void Sum(byte[] message, int at)
    {
        var crc = uint.MaxValue;
        foreach (var value in message.AsSpan(0, at))
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }

        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(at), ~crc);
    }
}

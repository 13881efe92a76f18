using System.Buffers.Binary;
using System.Text;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>Spells a text over the messages of an AWS event stream, as Bedrock's models do, and reads back what a masked one spells.</summary>
internal static class AwsMessages
{
    // A message is many times as long as its piece.
    private const int MostText = 2048;

    private static readonly byte[] Open = [.. "{\"contentBlockIndex\":0,\"delta\":{\"text\":\""u8];
    private static readonly byte[] Close = [.. "\"}}"u8];

    /// <summary>A stream of deltas, their quotes and backslashes replaced, in base64 if the way is odd; the rest of the way says how long they are.</summary>
    public static byte[] Of(ReadOnlySpan<byte> text, byte way)
    {
        var stream = new List<byte>();
        var size = 4 + (way / 2);
        text = text[..Math.Min(MostText, text.Length)];
        for (; !text.IsEmpty; text = text[Math.Min(size, text.Length)..])
        {
            byte[] document = [.. Open, .. text[..Math.Min(size, text.Length)], .. Close];
            var content = document.AsSpan(Open.Length..^Close.Length);
            content.Replace((byte)'"', (byte)'\'');
            content.Replace((byte)'\\', (byte)'/');
            Add(stream, way % 2 == 0 ? document : Encoding.ASCII.GetBytes("{\"bytes\":\"" + Convert.ToBase64String(document) + "\"}"));
        }

        return [.. stream];
    }

    /// <summary>The deltas that are not in base64, joined.</summary>
    public static byte[] TextOf(ReadOnlySpan<byte> stream)
    {
        var text = new List<byte>();
        while (stream.IndexOf(Open) is >= 0 and var open)
        {
            stream = stream[(open + Open.Length)..];
            var close = stream.IndexOf(Close);
            text.AddRange(close < 0 ? stream : stream[..close]);
            stream = close < 0 ? default : stream[close..];
        }

        return [.. text];
    }

    private static void Add(List<byte> stream, byte[] payload)
    {
        var message = new byte[16 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        payload.CopyTo(message, 12);
        stream.AddRange(message);
    }
}

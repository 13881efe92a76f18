using System.Buffers;
using System.Globalization;
using System.Text;

namespace K8sRecorder.Soak.SidecarKill.Oracle;

/// <summary>
/// A text that everybody can make again from its name: the bytes on the wire, what masking must make of them, and which clear byte stands
/// behind which masked one. Made of words and a few secrets, so that no masker is needed to know what is right.
/// </summary>
internal sealed class SoakText
{
    private static readonly byte[][] Words =
    [
        .. ("the agent asked for a list of open orders and then wrote one short note about each while it waited because some had no owner yet "
            + "grüße an alle und viel glück 世界 naïve café ready green river stone window paper table under light seven morning")
            .Split(' ').Select(Encoding.UTF8.GetBytes),
    ];

    // where secrets stand, ascending
    private readonly List<(int ClearAt, int ClearLength, int MaskedAt, int MaskedLength)> _secrets = [];
    private readonly ArrayBufferWriter<byte> _clear;
    private readonly ArrayBufferWriter<byte> _masked;

    private SoakText(int size)
    {
        _clear = new ArrayBufferWriter<byte>(size + 512);
        _masked = new ArrayBufferWriter<byte>(size + 512);
    }

    public ReadOnlyMemory<byte> Clear => _clear.WrittenMemory;

    public ReadOnlyMemory<byte> Masked => _masked.WrittenMemory;

    /// <summary>The text of this name, about that long.</summary>
    public static SoakText Make(string name, TextForm form, int size, Canaries canaries)
    {
        var text = new SoakText(size);
        var random = new Random(SeedOf(name));
        switch (form)
        {
            case TextForm.Json:
                text.Add($"{{\"name\":\"{name}\",\"note\":\"");
                text.AddWords(random, size, canaries, lineBreaks: false);
                text.Add("\"}");
                break;
            case TextForm.Events:
                for (var n = 0; text.Clear.Length < size; n++)
                {
                    text.Add(string.Create(CultureInfo.InvariantCulture, $"data: {{\"name\":\"{name}\",\"n\":{n},\"note\":\""));
                    text.AddWords(random, text.Clear.Length + random.Next(8, 120), canaries, lineBreaks: false);
                    text.Add("\"}\n\n");
                }
                break;
            default:
                text.Add($"{name}\n");
                text.AddWords(random, size, canaries, lineBreaks: true);
                break;
        }
        return text;
    }

    /// <summary>Clear bytes that stand behind so many masked ones; -1, or those before the secret, where the masked text ends inside a marker.</summary>
    public long ClearLengthOf(long masked, bool insideIsStart = false)
    {
        var shift = 0;
        foreach (var (_, clearLength, maskedAt, maskedLength) in _secrets)
        {
            if (masked <= maskedAt)
                break;
            if (masked < maskedAt + maskedLength)
                return insideIsStart ? maskedAt + shift : -1;
            shift += clearLength - maskedLength;
        }
        return masked + shift;
    }

    private static int SeedOf(string name)
    {
        var hash = 17u;
        foreach (var letter in name)
            hash = (hash * 31 + letter) * 2654435761;
        return (int)(hash & int.MaxValue);
    }

    private void AddWords(Random random, int until, Canaries canaries, bool lineBreaks)
    {
        while (_clear.WrittenCount < until)
        {
            if (random.Next(150) == 0)
                Add(canaries.All[random.Next(canaries.All.Count)]);
            else
                Add(Words[random.Next(Words.Length)]);
            Add(lineBreaks && random.Next(12) == 0 ? "\n"u8 : " "u8);
        }
    }

    private void Add(string text) => Add(Encoding.UTF8.GetBytes(text));

    private void Add(ReadOnlySpan<byte> bytes)
    {
        _clear.Write(bytes);
        _masked.Write(bytes);
    }

    private void Add(Canary canary)
    {
        _secrets.Add((_clear.WrittenCount, canary.Clear.Length, _masked.WrittenCount, canary.Marker.Length));
        _clear.Write(canary.Clear);
        _masked.Write(canary.Marker);
    }
}

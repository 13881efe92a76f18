using System.Text;
using System.Text.Json;
using K8sRecorder.Dialects.Cutting;

namespace K8sRecorder.Fuzz.Oracles;

/// <summary>The cuts of a model call by a full JSON parser: slow, and obviously as the cutter's remarks have it.</summary>
internal static class ReferenceCuts
{
    private static readonly string[] Lists = ["messages", "input", "contents", "system"];
    private static readonly string[] Wholes = ["tools", "toolConfig", "systemInstruction", "system_instruction", "instructions", "prompt"];

    /// <summary>The cuts, or null where the bytes are no JSON object for a strict parser (the cutter is none, and may still cut).</summary>
    public static List<long>? Of(byte[] json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 512 });
        var cuts = new List<long>();
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return null;
            var due = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                // A comma stands between two members; the cut behind a long value lies behind it.
                if (due)
                    Add(cuts, CommaBefore(json, (int)reader.TokenStartIndex) + 1, 1);
                due = Member(json, ref reader, cuts);
            }

            while (reader.Read())
            {
                // To the end, for faults.
            }

            return cuts;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Takes one member; true where its value is one that is also cut behind.</summary>
    private static bool Member(byte[] json, ref Utf8JsonReader reader, List<long> cuts)
    {
        var raw = Encoding.UTF8.GetString(reader.ValueSpan);
        var isList = Lists.Contains(raw);
        var isWhole = Wholes.Contains(raw);
        reader.Read();
        var start = reader.TokenStartIndex;
        if (isList && reader.TokenType == JsonTokenType.StartArray)
        {
            Add(cuts, start + 1, CutterLimits.MinTidyPiece);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var isNested = reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject;
                reader.Skip();
                Add(cuts, reader.BytesConsumed, isNested ? 1 : CutterLimits.MinTidyPiece);
            }

            return false;
        }

        if (isList || isWhole)
            Add(cuts, start, CutterLimits.MinTidyPiece);
        reader.Skip();
        return (isList || isWhole) && reader.BytesConsumed - start >= CutterLimits.MinWhole;
    }

    private static int CommaBefore(byte[] json, int at) => json.AsSpan(0, at).LastIndexOf((byte)',');

    private static void Add(List<long> cuts, long at, int least)
    {
        if (at - (cuts.Count == 0 ? 0 : cuts[^1]) >= least && cuts.Count < CutterLimits.MaxCuts)
            cuts.Add(at);
    }
}

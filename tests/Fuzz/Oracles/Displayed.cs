using System.Text;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Plugin.Output;

namespace K8sRecorder.Fuzz.Oracles;

/// <summary>Text for a terminal holds only characters that display, and no pile of marks.</summary>
internal static class Displayed
{
    public static void Check(string what, string shown, string allowed)
    {
        var marks = 0;
        foreach (var rune in shown.EnumerateRunes())
        {
            if (allowed.Contains(rune.ToString(), StringComparison.Ordinal) || rune.Value is 0xfe0e or 0xfe0f)
                continue;
            var category = Rune.GetUnicodeCategory(rune);
            marks = category is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.EnclosingMark ? marks + 1 : 0;
            if (rune == Rune.ReplacementChar && shown.Contains('\ufffd', StringComparison.Ordinal))
                continue;
            if (!VisibleText.IsHarmless(rune) || rune.Value is 0x1b or 0x9b || marks > 4)
                throw new OracleException("only what displays is shown", $"{what}: U+{rune.Value:X4}");
        }
    }
}

using System.Globalization;
using K8sRecorder.Policy.Model;
using K8sRecorder.Policy.Yaml;

namespace K8sRecorder.Policy.Binding;

/// <summary>The scalar types of a policy.</summary>
internal static class ScalarReader
{
    /// <summary>PeriodicTimer takes no more than 49 days; 30 are more than any interval here needs.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(720);

    private static readonly (string Suffix, int Shift)[] SizeUnits = [("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40)];

    private static readonly (string Suffix, long Ticks)[] TimeUnits =
        [("h", TimeSpan.TicksPerHour), ("ms", TimeSpan.TicksPerMillisecond), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond)];

    public static string? Text(YamlScalar scalar, out string? value)
    {
        value = scalar.Value;
        return scalar.IsNotText ? $"{Shown.Text(scalar.Value, 64)} is not text in YAML; write \"{Shown.Text(scalar.Value, 64)}\"" : null;
    }

    public static string? Flag(YamlScalar scalar, out bool value)
    {
        value = scalar.Value == "true";
        return scalar.IsPlain && scalar.Value is "true" or "false" ? null : "";
    }

    public static string? Number(YamlScalar scalar, out int value)
    {
        value = 0;
        return scalar.IsPlain && IsDecimal(scalar.Value) && int.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out value) ? null : "";
    }

    public static string? Choice<T>(YamlScalar scalar, out T value) where T : struct, Enum
    {
        var index = Array.IndexOf(Enum.GetNames<T>(), scalar.Value);
        value = index < 0 ? default : Enum.GetValues<T>()[index];
        return index < 0 ? "" : null;
    }

    public static string? Size(YamlScalar scalar, out long value)
    {
        value = 0;
        var (digits, shift) = (scalar.Value, 0);
        foreach (var size in SizeUnits)
            if (scalar.Value.EndsWith(size.Suffix, StringComparison.Ordinal))
                (digits, shift) = (scalar.Value[..^2], size.Shift);
        if (!IsDecimal(digits) || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return "";
        if (number > (1L << 50) >> shift)
            return "must be at most 1024Ti";
        value = number << shift;
        return null;
    }

    /// <summary>Whole numbers with units, the larger unit first, each once: <c>1h30m</c>.</summary>
    public static string? Duration(YamlScalar scalar, out TimeSpan value)
    {
        value = default;
        var rest = scalar.Value.AsSpan();
        var (ticks, smallest) = (0L, long.MaxValue);
        if (rest.IsEmpty)
            return "";
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is <= 0 or > 9 || Unit(rest[digits..]) is not { } unit || unit.Ticks >= smallest)
                return "";
            ticks += long.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture) * unit.Ticks;
            if (ticks > Longest.Ticks)
                return "must be at most 720h";
            smallest = unit.Ticks;
            rest = rest[(digits + unit.Suffix.Length)..];
        }
        value = new TimeSpan(ticks);
        return null;
    }

    public static string? Rows(YamlScalar scalar, out RowsLimit value)
    {
        var text = scalar.Value;
        value = text == "All" ? new RowsLimit(RowsMode.All) : new RowsLimit(RowsMode.Count);
        if (text is "All" or "Count")
            return null;
        if (!text.StartsWith("First(", StringComparison.Ordinal) || !text.EndsWith(')') || text.Length < 8 || !IsDecimal(text[6..^1])
            || !int.TryParse(text[6..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var rows) || rows == 0)
            return "";
        value = new RowsLimit(RowsMode.First, rows);
        return null;
    }

    private static (string Suffix, long Ticks)? Unit(ReadOnlySpan<char> text)
    {
        foreach (var unit in TimeUnits)
            if (text.StartsWith(unit.Suffix, StringComparison.Ordinal))
                return unit;
        return null;
    }

    /// <summary>Decimal digits without a leading zero: YAML 1.1 would read 010 as eight.</summary>
    private static bool IsDecimal(string text) =>
        text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9') && (text[0] != '0' || text.Length == 1);
}

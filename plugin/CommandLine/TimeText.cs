using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;

namespace K8sRecorder.Plugin.CommandLine;

/// <summary>Points in time as people write them: how long ago (<c>90s</c>, <c>30m</c>, <c>2h</c>, <c>7d</c>), a day, or RFC 3339.</summary>
internal static partial class TimeText
{
    public const string Forms = "30m, 2h, 7d (ago), 2026-11-21 or 2026-11-21T10:00:00Z";

    public static Option<DateTimeOffset?> Option(string name, string description, TimeProvider time) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result => Parse(result, time),
    };

    public static bool TryParse(string text, DateTimeOffset now, out DateTimeOffset at)
    {
        if (Ago().Match(text) is { Success: true } match
            && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count < 100_000)
        {
            at = now - count * (match.Groups[2].Value switch
            {
                "s" => TimeSpan.FromSeconds(1),
                "m" => TimeSpan.FromMinutes(1),
                "h" => TimeSpan.FromHours(1),
                _ => TimeSpan.FromDays(1),
            });
            return true;
        }
        return DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out at);
    }

    private static DateTimeOffset? Parse(ArgumentResult result, TimeProvider time)
    {
        var text = result.Tokens is [var token] ? token.Value : "";
        if (TryParse(text, time.GetUtcNow(), out var at))
            return at;
        result.AddError($"'{text}' is not a time: use {Forms}");
        return null;
    }

    [GeneratedRegex("^([0-9]{1,6})([smhd])$", RegexOptions.CultureInvariant)]
    private static partial Regex Ago();
}

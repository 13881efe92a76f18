using System.Globalization;

namespace K8sRecorder.Plugin.Output;

/// <summary>Numbers, sizes and times as people read them.</summary>
internal static class Amount
{
    public static string Bytes(long bytes) => bytes switch
    {
        < 1024 => Text($"{bytes} B"),
        < 1024 * 1024 => Text($"{bytes / 1024.0:0.0} KiB"),
        < 1024L * 1024 * 1024 => Text($"{bytes / 1048576.0:0.0} MiB"),
        _ => Text($"{bytes / 1073741824.0:0.00} GiB"),
    };

    public static string Count(long count, string one, string many) => Text($"{count} {(count == 1 ? one : many)}");

    /// <summary>How long, in the two largest units.</summary>
    public static string Duration(TimeSpan span) => span switch
    {
        { TotalMilliseconds: < 1000 } => Text($"{Math.Max(0, (long)span.TotalMilliseconds)}ms"),
        { TotalSeconds: < 60 } => Text($"{Math.Floor(span.TotalSeconds * 10) / 10:0.#}s"),
        { TotalMinutes: < 60 } => Text($"{span.Minutes}m{span.Seconds}s"),
        { TotalHours: < 48 } => Text($"{(long)span.TotalHours}h{span.Minutes}m"),
        _ => Text($"{(long)span.TotalDays}d{span.Hours}h"),
    };

    /// <summary>A point in time, UTC, to the second.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A point in time, UTC, as recordings have it.</summary>
    public static string Exact(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>The time of the day, UTC.</summary>
    public static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}

using System.Globalization;

namespace K8sRecorder.Plugin.Output;

/// <summary>Times in a table: whole in a file, on a terminal without the year where it is this one.</summary>
internal sealed class TimeColumn(Terminal terminal, TimeProvider time)
{
    public string Text(DateTimeOffset at) => terminal.Width is not null && at.UtcDateTime.Year == time.GetUtcNow().UtcDateTime.Year
        ? at.UtcDateTime.ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
        : Amount.Time(at);
}

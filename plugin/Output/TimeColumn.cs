using System.Globalization;
using K8sRecorder.Plugin.CommandLine;

namespace K8sRecorder.Plugin.Output;

/// <summary>Times in a table: whole in a file, on a terminal without the year where it is this one.</summary>
internal sealed class TimeColumn(VerbContext context)
{
    public string Text(DateTimeOffset at) => context.Terminal.Width is not null && at.UtcDateTime.Year == context.Time.GetUtcNow().UtcDateTime.Year
        ? at.UtcDateTime.ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
        : Amount.Time(at);
}

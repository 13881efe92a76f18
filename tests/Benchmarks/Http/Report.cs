using System.Globalization;

namespace K8sRecorder.Benchmarks.Http;

/// <summary>The lines of the result, on standard output; what happens meanwhile, on standard error.</summary>
internal sealed class Report(TextWriter results, TextWriter progress, string subject = "http")
{
    /// <summary>Whether any mark was missed.</summary>
    public bool IsBelow { get; private set; }

    public void Progress(string text) => progress.WriteLine(text);

    public void Note(string text) => results.WriteLine(text);

    /// <summary>A figure that should be at least its mark.</summary>
    public void AtLeast(string what, string details, double value, double? mark) => Line(what, details, mark, value >= mark);

    /// <summary>A figure that should be less than its mark.</summary>
    public void LessThan(string what, string details, double value, double? mark) => Line(what, details, mark, value < mark);

    public static string Number(double value, int digits = 2) => Math.Round(value, digits).ToString($"F{digits}", CultureInfo.InvariantCulture);

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private void Line(string what, string details, double? mark, bool good)
    {
        IsBelow |= mark is not null && !good;
        var verdict = mark is null ? "mark=none" : $"mark={mark.Value.ToString(CultureInfo.InvariantCulture)} {(good ? "ok" : "below")}";
        results.WriteLine($"{subject} {what} {details} {verdict}");
    }
}

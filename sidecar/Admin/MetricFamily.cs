using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace K8sRecorder.Sidecar.Admin;

/// <summary>One instrument's series, as the exposition format groups them. Guarded by <see cref="MetricsText"/>'s lock.</summary>
internal sealed class MetricFamily
{
    private readonly SortedDictionary<string, double[]> _series = new(StringComparer.Ordinal);
    private readonly string _name;
    private readonly string _help;
    private readonly string _type;
    private readonly bool _isObserved;
    private readonly IReadOnlyList<double> _bounds;

    private MetricFamily(string name, string help, string type, bool isObserved, IReadOnlyList<double> bounds)
    {
        _name = name;
        _help = help;
        _type = type;
        _isObserved = isObserved;
        _bounds = bounds;
    }

    public static MetricFamily For(Instrument instrument)
    {
        var isHistogram = instrument is Histogram<double> or Histogram<long>;
        var isCounter = instrument is Counter<long> or Counter<double> or ObservableCounter<long> or ObservableCounter<double>;
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return new MetricFamily(
            instrument.Name.Replace('.', '_') + unit + (isCounter ? "_total" : ""),
            instrument.Description ?? "",
            isHistogram ? "histogram" : isCounter ? "counter" : "gauge",
            instrument.IsObservable,
            isHistogram ? (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? [] : []);
    }

    /// <summary>Slots of a series: its value; for a histogram the count per bucket, then the sum.</summary>
    public void Add(string labels, double value)
    {
        var isHistogram = _type == "histogram";
        if (!_series.TryGetValue(labels, out var slots))
            _series[labels] = slots = new double[isHistogram ? _bounds.Count + 2 : 1];
        if (!isHistogram)
        {
            slots[0] = _isObserved || _type == "gauge" ? value : slots[0] + value;
            return;
        }
        var bucket = 0;
        while (bucket < _bounds.Count && value > _bounds[bucket])
            bucket++;
        slots[bucket]++;
        slots[^1] += value;
    }

    public void Render(StringBuilder text)
    {
        text.Append("# HELP ").Append(_name).Append(' ').Append(_help).Append('\n');
        text.Append("# TYPE ").Append(_name).Append(' ').Append(_type).Append('\n');
        foreach (var (labels, slots) in _series)
        {
            if (_type == "histogram")
                RenderHistogram(text, labels, slots);
            else
                Line(text, "", labels, slots[0]);
        }
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private void RenderHistogram(StringBuilder text, string labels, double[] slots)
    {
        var count = 0.0;
        var prefix = labels.Length > 0 ? labels + "," : "";
        for (var i = 0; i <= _bounds.Count; i++)
        {
            count += slots[i];
            Line(text, "_bucket", $"{prefix}le=\"{(i < _bounds.Count ? Number(_bounds[i]) : "+Inf")}\"", count);
        }
        Line(text, "_sum", labels, slots[^1]);
        Line(text, "_count", labels, count);
    }

    private void Line(StringBuilder text, string suffix, string labels, double value)
    {
        text.Append(_name).Append(suffix);
        if (labels.Length > 0)
            text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }
}

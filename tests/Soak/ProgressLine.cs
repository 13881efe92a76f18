using System.Diagnostics;

namespace K8sRecorder.Soak;

/// <summary>How far a run is: on a terminal one line that is written over, elsewhere a line every ten seconds.</summary>
internal sealed class ProgressLine(TextWriter output, bool isTerminal)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _last = TimeSpan.Zero;
    private int _width;

    public ProgressLine()
        : this(Console.Error, !Console.IsErrorRedirected)
    {
    }

    public TimeSpan Elapsed => _watch.Elapsed;

    public void Show(string state)
    {
        lock (_gate)
        {
            var line = $"{state}, {_watch.Elapsed:mm\\:ss}";
            if (isTerminal)
            {
                output.Write($"\r{line.PadRight(_width)}");
                _width = line.Length;
            }
            else if (_watch.Elapsed - _last >= Interval)
            {
                _last = _watch.Elapsed;
                output.WriteLine(line);
            }
        }
    }

    /// <summary>A line of its own that stays.</summary>
    public void Say(string text)
    {
        lock (_gate)
        {
            if (_width > 0)
                output.Write($"\r{new string(' ', _width)}\r");
            _width = 0;
            output.WriteLine(text);
        }
    }
}

using System.Text;

namespace K8sRecorder.Plugin.Output;

/// <summary>One line on standard error that is overwritten; silent where nobody watches. Not for several threads.</summary>
internal sealed class Progress(Terminal terminal, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private long _last;
    private bool _shown;

    public void Report(Func<string> state)
    {
        if (!terminal.Progress || (_last != 0 && time.GetElapsedTime(_last) < Interval))
            return;
        _last = time.GetTimestamp();
        _shown = true;
        Write("\r\x1b[K" + Columns.CutEnd(VisibleText.Line(state()), (terminal.Width ?? 80) - 1));
    }

    /// <summary>Takes the line away.</summary>
    public void Clear()
    {
        if (_shown)
            Write("\r\x1b[K");
        _shown = false;
    }

    public void Dispose() => Clear();

    private void Write(string text)
    {
        terminal.Error.Write(Encoding.UTF8.GetBytes(text));
        terminal.Error.Flush();
    }
}

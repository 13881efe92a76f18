using System.Text;
using K8sRecorder.Plugin.Output;

namespace K8sRecorder.Plugin.Tests.Output;

/// <summary>A terminal in memory.</summary>
internal sealed class TestTerminal
{
    public TestTerminal(int? width = null, bool colour = false, bool progress = false) => Terminal = new Terminal
    {
        Out = new MemoryStream(),
        Error = new MemoryStream(),
        Width = width,
        ColourOut = colour,
        ColourError = colour,
        Progress = progress,
    };

    public Terminal Terminal { get; }

    public byte[] OutBytes => ((MemoryStream)Terminal.Out).ToArray();

    public string Out => Encoding.UTF8.GetString(OutBytes);

    public string Error => Encoding.UTF8.GetString(((MemoryStream)Terminal.Error).ToArray());

    public Printer Printer() => new(Terminal.Out, Terminal.ColourOut, Terminal.Width);
}

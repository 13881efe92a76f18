using K8sRecorder.Plugin.Output;

namespace K8sRecorder.Plugin.Tests.Output;

public sealed class PrinterTests
{
    [Fact]
    public void Text_cannot_bring_its_own_colours()
    {
        var terminal = new TestTerminal(colour: true);
        using (var printer = terminal.Printer())
            printer.Line("\x1b[32mok\x1b[0m", Tone.Bad);
        Assert.Equal("\x1b[1;31m\\x1b[32mok\\x1b[0m\x1b[0m\n", terminal.Out);
    }

    [Fact]
    public void Colours_are_left_out_where_they_are_not_wanted()
    {
        var terminal = new TestTerminal();
        using (var printer = terminal.Printer())
            printer.Line("ok", Tone.Bad);
        Assert.Equal("ok\n", terminal.Out);
    }

    [Fact]
    public void Block_is_indented_and_broken_at_words()
    {
        var terminal = new TestTerminal(width: 20);
        using (var printer = terminal.Printer())
            printer.Block("one two three four five\n\nsix\x1b", 4);
        Assert.Equal("    one two three\n    four five\n\n    six\\x1b\n", terminal.Out);
    }

    [Fact]
    public void Json_is_exact_and_harmless()
    {
        var terminal = new TestTerminal();
        new JsonPrinter(terminal.Terminal.Out).Print(json => json.WriteString("text", "<é\u202e\x1b\u009b\U000e0041>"));
        Assert.Equal("""{"text":"<é\u202E\u001B\u009B\uDB40\uDC41>"}""" + "\n", terminal.Out);
    }

    [Fact]
    public void Progress_is_silent_where_nobody_watches()
    {
        var terminal = new TestTerminal();
        using (var progress = new Progress(terminal.Terminal, TimeProvider.System))
            progress.Report(() => "half");
        Assert.Equal("", terminal.Error);
    }

    [Fact]
    public void Progress_takes_its_line_away()
    {
        var terminal = new TestTerminal(width: 80, progress: true);
        using (var progress = new Progress(terminal.Terminal, TimeProvider.System))
            progress.Report(() => "half\n");
        Assert.Equal("\r\x1b[Khalf\\n\r\x1b[K", terminal.Error);
    }
}

namespace K8sRecorder.Plugin.Output;

/// <summary>A field of a table; the text is made visible by the table.</summary>
internal readonly record struct Cell(string Text, Tone Tone = Tone.Plain)
{
    public static implicit operator Cell(string text) => new(text);
}

namespace K8sRecorder.Plugin.Output;

/// <summary>What a piece of output is, from which its colour follows.</summary>
internal enum Tone
{
    Plain,
    Strong,
    Faint,
    Heading,
    Good,
    Caution,
    Bad,
    Agent,
    Target,
    Tool,
}

namespace K8sRecorder.Dialects.Cutting;

/// <summary>What the cutter does with the value of a top-level member.</summary>
internal enum CutRule
{
    /// <summary>Nothing: the value stays with its neighbours.</summary>
    None,

    /// <summary>An array is cut at its elements; any other value is one piece.</summary>
    Elements,

    /// <summary>The whole value is one piece: it is resent unchanged on every turn (tools, system instructions).</summary>
    Whole,
}

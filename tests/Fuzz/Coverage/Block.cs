namespace K8sRecorder.Fuzz.Coverage;

/// <summary>A basic block of the code under test.</summary>
/// <param name="Id">What it reports itself by; few blocks share one.</param>
/// <param name="Type">The type that it was written in.</param>
/// <param name="Method">The method.</param>
internal sealed record Block(int Id, string Type, string Method);

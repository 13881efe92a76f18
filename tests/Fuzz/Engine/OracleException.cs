namespace K8sRecorder.Fuzz.Engine;

/// <summary>Something that must hold does not.</summary>
/// <param name="oracle">Which rule, in a word or two; findings are told apart by it.</param>
/// <param name="message">What was seen.</param>
public sealed class OracleException(string oracle, string message) : Exception($"{oracle}: {message}")
{
    /// <summary>Which rule.</summary>
    public string Oracle { get; } = oracle;
}

namespace K8sRecorder.Operator;

/// <summary>The operator's own words, beside its log.</summary>
internal static class Output
{
#pragma warning disable RS0030 // this is the output class
    public static Task ProblemAsync(string line) => Console.Error.WriteLineAsync(line);
}

namespace K8sRecorder.Sidecar.Trust;

/// <summary>What became of a server's certificate. The reason is words of ours with dates and numbers at most: nothing that the server wrote.</summary>
internal readonly record struct UpstreamVerdict(UpstreamProblem Problem, string Reason)
{
    public static readonly UpstreamVerdict Believed = new(UpstreamProblem.None, "");

    public bool IsBelieved => Problem == UpstreamProblem.None;
}

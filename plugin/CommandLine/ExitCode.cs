namespace K8sRecorder.Plugin.CommandLine;

/// <summary>What the process returns (DESIGN: trust). 1 and 2 are said by <c>verify</c> only.</summary>
internal static class ExitCode
{
    public const int Good = 0;
    public const int Tampered = 1;
    public const int Incomplete = 2;
    public const int Usage = 3;
}

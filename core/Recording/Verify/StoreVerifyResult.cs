using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Recording.Verify;

/// <summary>What <c>verify</c> says of a whole store.</summary>
/// <param name="Sessions">Each session.</param>
/// <param name="Findings">What is wrong with the store itself and its index.</param>
/// <param name="IndexFiles">Index files that were looked at.</param>
/// <param name="IndexRows">Rows in them.</param>
public sealed record StoreVerifyResult(
    IReadOnlyList<VerifyResult> Sessions, IReadOnlyList<Finding> Findings, int IndexFiles, long IndexRows)
{
    /// <summary>The exit code: 1 where anything is tampered or foreign, else 2 where a session is not complete or not anchored, else 0.</summary>
    public int ExitCode =>
        Findings.Count > 0 || Sessions.Any(s => s.ExitCode == 1) ? 1
        : Sessions.Any(s => s.ExitCode == 2) ? 2
        : 0;
}

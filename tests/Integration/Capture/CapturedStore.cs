using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;

namespace K8sRecorder.Integration.Capture;

/// <summary>Verifies a store that a captured pod's recorder has filled.</summary>
internal static class CapturedStore
{
    public static async Task<StoreVerifyResult> VerifyAsync(string folder) =>
        await new StoreVerifier(StoreUrl.ForFolder(folder).OpenReader(), TrustSet.Empty).VerifyAsync(null, CancellationToken.None);

    /// <summary>Sound and complete; where a recorder was killed, its session says so, and nothing else is missing.</summary>
    public static async Task<StoreVerifyResult> IsWholeAsync(string folder, bool mayBeKilled = false)
    {
        var verdict = await VerifyAsync(folder);
        Assert.Empty(verdict.Findings);
        Assert.NotEmpty(verdict.Sessions);
        foreach (var session in verdict.Sessions)
        {
            Assert.True(session.Integrity == Integrity.Sound, string.Join('\n', session.Findings));
            var isWhole = session.Completeness == Completeness.Complete
                || (mayBeKilled && session.Findings.All(finding => finding.Code is FindingCode.Interrupted or FindingCode.Gap or FindingCode.Recovered));
            Assert.True(isWhole, $"{session.Completeness}: {string.Join('\n', session.Findings)}");
        }
        return verdict;
    }
}

using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Recording.Verify;

/// <summary>Which verdict a finding decides: the one table of it.</summary>
internal static class Severity
{
    public static bool IsTampering(FindingCode code) => code is not (FindingCode.NotTrusted or FindingCode.Foreign) && CompletenessOf(code) == Completeness.Complete;

    public static Completeness CompletenessOf(FindingCode code) => code switch
    {
        FindingCode.OpenEnded => Completeness.OpenEnded,
        FindingCode.Recovered => Completeness.Recovered,
        FindingCode.Withheld => Completeness.Withheld,
        FindingCode.PartMissing or FindingCode.ChunkMissing or FindingCode.ChunkReplaced or FindingCode.TailMissing or FindingCode.CloseMissing
            or FindingCode.Gap or FindingCode.Interrupted => Completeness.Incomplete,
        _ => Completeness.Complete,
    };
}

using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Recording.Verify;

/// <summary>What <c>verify</c> says of one session: three verdicts, and why.</summary>
public sealed record VerifyResult
{
    /// <summary>The session.</summary>
    public required string Session { get; init; }

    /// <summary>The first verdict.</summary>
    public required Integrity Integrity { get; init; }

    /// <summary>The second verdict.</summary>
    public required Completeness Completeness { get; init; }

    /// <summary>The third verdict.</summary>
    public required Anchor Anchor { get; init; }

    /// <summary>Whether the signer is one that the caller trusts, by itself or by a rotation from one; false where nobody was named.</summary>
    public required bool IsTrusted { get; init; }

    /// <summary>The fingerprint of who signed the open statement; null where there is no readable one.</summary>
    public required string? Signer { get; init; }

    /// <summary>The time of the last signed head: up to when the session is known; null where there is none.</summary>
    public required DateTimeOffset? KnownUntil { get; init; }

    /// <summary>The records that the session's own key did not sign but its successor did; null where there are none.</summary>
    public PartRange? RecoveredRecords { get; init; }

    /// <summary>Who recovered them.</summary>
    public string? RecoveredBy { get; init; }

    /// <summary>Everything that was found, in the order of the recording; at most a thousand, the rest is counted in <see cref="FindingsLeftOut"/>.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>How many findings were left out.</summary>
    public int FindingsLeftOut { get; init; }

    /// <summary>Records that were looked at.</summary>
    public required long Records { get; init; }

    /// <summary>Chunks that were looked at.</summary>
    public required int Chunks { get; init; }

    /// <summary>Parts that were stored.</summary>
    public required long Parts { get; init; }

    /// <summary>Stored bytes.</summary>
    public required long StoredBytes { get; init; }

    /// <summary>Plain bytes of the chunks.</summary>
    public required long PlainBytes { get; init; }

    /// <summary>The exit code of <c>verify</c>: 0 all three good, 1 tampered or foreign, 2 not complete or not anchored.</summary>
    public int ExitCode =>
        Integrity == Integrity.Tampered || Anchor == Anchor.Foreign ? 1
        : Completeness == Completeness.Complete && (IsTrusted || Anchor == Anchor.Log) ? 0
        : 2;
}

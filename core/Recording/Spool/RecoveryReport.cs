using K8sRecorder.Recording.Format;

namespace K8sRecorder.Recording.Spool;

/// <summary>What a start found in the spool and did with it.</summary>
/// <param name="Resumed">The session goes on from an earlier process.</param>
/// <param name="Closed">Earlier sessions with their keys, closed now.</param>
/// <param name="Recovered">Earlier sessions without their keys, sealed and signed by this one.</param>
/// <param name="LostBytes">Bytes of torn last entries that were cut off; never part of an acknowledged record.</param>
/// <param name="Damaged">
/// Record files that were damaged before their end, under the names they are kept: of their sessions, a gap record says what is lost.
/// </param>
/// <param name="Lost">Sessions of which acknowledged records are gone from the spool without a trace but their mark: a gap record names them.</param>
public sealed record RecoveryReport(
    bool Resumed, IReadOnlyList<SessionId> Closed, IReadOnlyList<SessionId> Recovered, long LostBytes, IReadOnlyList<string> Damaged,
    IReadOnlyList<SessionId> Lost)
{
    /// <summary>Nothing was found.</summary>
    public static RecoveryReport None { get; } = new(false, [], [], 0, [], []);
}

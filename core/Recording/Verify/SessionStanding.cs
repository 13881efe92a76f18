using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Recording.Verify;

/// <summary>What the session after it needs to know of a session that was verified, to be trusted for its sake.</summary>
internal sealed record SessionStanding(SessionStatement? Statement, bool IsStatementSound, bool IsTampered, bool IsWhole, SessionEnd? End);

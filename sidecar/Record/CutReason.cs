namespace K8sRecorder.Sidecar.Record;

/// <summary>Why a message ended before its end: the values of <c>cut</c> in docs/recording-format.md.</summary>
internal static class CutReason
{
    public const string ClientAborted = "clientAborted";
    public const string TargetFailed = "targetFailed";
    public const string TargetAnswered = "targetAnswered";
    public const string Refused = "refused";
    public const string RecorderStopped = "recorderStopped";
    public const string Limit = "limit";
    public const string Undecodable = "undecodable";
    public const string Continued = "continued";
}

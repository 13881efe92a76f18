namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>Whether a message answers a question.</summary>
internal enum AnswerFit
{
    /// <summary>It is of something else: dropped, the right one may follow.</summary>
    Other,

    /// <summary>It is the answer, whole and in the form of one.</summary>
    Whole,

    /// <summary>It is the beginning of an answer (TC); the whole one is to be had by TCP.</summary>
    Truncated,
}

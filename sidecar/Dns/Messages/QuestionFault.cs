namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>Why a message is not a question that can be asked on.</summary>
internal enum QuestionFault
{
    None,

    /// <summary>Too short to be answered, or an answer itself: dropped.</summary>
    NoQuestion,

    /// <summary>Not in the form of a question: FORMERR.</summary>
    Malformed,

    /// <summary>Updates, notifications, transfers: NOTIMP.</summary>
    Unsupported,
}

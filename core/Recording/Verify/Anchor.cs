namespace K8sRecorder.Recording.Verify;

/// <summary>The third verdict: who vouches for the session's key.</summary>
public enum Anchor
{
    /// <summary>A transparency log holds it.</summary>
    Log,

    /// <summary>An operator's key signed the open statement.</summary>
    OperatorKey,

    /// <summary>The session's own key did.</summary>
    SelfSigned,

    /// <summary>The statement names another store.</summary>
    Foreign,
}

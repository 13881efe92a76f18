namespace K8sRecorder.Testing.Faults;

/// <summary>What a <see cref="FaultProxy"/> does to requests instead of passing them on.</summary>
public enum ProxyFault
{
    /// <summary>Nothing: requests pass.</summary>
    None,

    /// <summary>503 ServerBusy.</summary>
    Unavailable,

    /// <summary>503 ServerBusy with <c>Retry-After: 45</c>.</summary>
    UnavailableRetryAfter,

    /// <summary>500 InternalError, with the text of a gateway instead of Azure's.</summary>
    GatewayError,

    /// <summary>The connection is accepted and reset at once.</summary>
    Refuse,

    /// <summary>The request is read and never answered.</summary>
    Hang,

    /// <summary>The answer stops in its head.</summary>
    HangInAnswer,

    /// <summary>Half the request's body is read, then the connection is reset.</summary>
    ResetInUpload,

    /// <summary>The store gets the request and answers; the answer is lost: stored, not acknowledged.</summary>
    LoseAnswer,

    /// <summary>A put is answered 201 as Azure would and goes nowhere: acknowledged, not stored. Reads pass.</summary>
    AcknowledgeOnly,

    /// <summary>Some kilobytes a second in both directions.</summary>
    Throttle,

    /// <summary>The request reaches the store with another signature, and the store itself refuses it.</summary>
    BadSignature,

    /// <summary>403: the key is not the account's, or was rotated.</summary>
    WrongKey,

    /// <summary>403: the signature or token has expired.</summary>
    Expired,

    /// <summary>403 as Azure says it to a client whose clock is wrong.</summary>
    ClockSkew,

    /// <summary>409: the account takes nothing at the moment.</summary>
    Conflict,

    /// <summary>413: too large.</summary>
    TooLarge,

    /// <summary>507: no room.</summary>
    Full,

    /// <summary>404: the container is gone.</summary>
    ContainerGone,

    /// <summary>200 and a login page, to everything: a captive portal.</summary>
    CaptivePortal,

    /// <summary>Bytes that are not HTTP.</summary>
    Garbage,
}

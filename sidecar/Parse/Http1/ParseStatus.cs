namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>What a parser says of the bytes it was given. There is no fourth answer: parsers do not throw on input.</summary>
internal enum ParseStatus
{
    /// <summary>Not yet: more bytes are needed.</summary>
    NeedMore,

    /// <summary>The message, or the piece that was asked for, is there.</summary>
    Complete,

    /// <summary>These bytes are not what they should be, and no more bytes can mend it.</summary>
    Invalid,
}

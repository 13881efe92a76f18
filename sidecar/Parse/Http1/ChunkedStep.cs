namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>What <see cref="ChunkedFraming.Next"/> came upon.</summary>
internal enum ChunkedStep
{
    /// <summary>All bytes were taken; more are needed.</summary>
    NeedMore,

    /// <summary>Bytes of the body.</summary>
    Data,

    /// <summary>The line of the last chunk is behind; the trailer section follows, if only its empty line.</summary>
    LastChunk,

    /// <summary>This is not chunked framing.</summary>
    Invalid,
}
